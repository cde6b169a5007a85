package dev.annulus.benchmarks;

import java.io.IOException;

/**
 * Look-up latency with 100,000 metrics of five tags each, from request to response. Writes the
 * metrics to a running Annulus first.
 *
 * <p>Argument: the origin of the API, such as {@code http://127.0.0.1:8000}.
 */
public final class MetadataScale {
  private static final int NAMES = 100;
  private static final int HOSTS = 1_000;
  private static final int BATCH = 10_000;
  private static final int WARM_UP = 30;
  private static final int ROUNDS = 100;

  private final Api api;

  private MetadataScale(Api api) {
    this.api = api;
  }

  /** Writes the metrics, then prints a line per kind of look-up. */
  public static void main(String[] args) throws Exception {
    MetadataScale scale = new MetadataScale(new Api(args));
    scale.write();
    scale.measure(
        "look-up by name and two tags",
        i ->
            scale.api.post(
                "/metrics/lookup",
                "{\"name\":\"scale_%d\",\"tags\":{\"host\":\"h%d\",\"region\":\"r%d\"}}"
                    .formatted(i % NAMES, i * 7 % HOSTS, i * 7 % 4)));
    scale.measure(
        "look-up by two wide tags",
        i ->
            scale.api.post(
                "/metrics/lookup",
                "{\"tags\":{\"region\":\"r%d\",\"service\":\"s%d\"}}".formatted(i % 4, i % 50)));
    scale.measure("a page of 1,000", i -> scale.api.get("/metrics?limit=1000&cursor=" + i * 900));
    scale.measure(
        "search for a part of a name", i -> scale.api.get("/metrics?search=e_7&limit=50"));
    scale.measure("all names", i -> scale.api.get("/metrics/names"));
    scale.measure(
        "tag values of one name",
        i -> scale.api.post("/metrics/tag-values", "{\"name\":\"scale_%d\"}".formatted(i % NAMES)));
    scale.measure("all tag values", i -> scale.api.post("/metrics/tag-values", "{}"));
    scale.measure(
        "SQL: ids of a host",
        i ->
            scale.api.post(
                "/query",
                "{\"sql\":\"SELECT metric_id FROM metric_tags WHERE tag_key = 'host' AND tag_value = 'h%d'\"}"
                    .formatted(i % HOSTS)));
    scale.measure("cardinality by tag", i -> scale.api.get("/stats/cardinality?by=tag"));
  }

  private interface Call {
    Object run(int round) throws IOException, InterruptedException;
  }

  private void measure(String what, Call call) throws IOException, InterruptedException {
    double[] millis = new double[ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
      long start = System.nanoTime();
      call.run(Math.abs(i));
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Api.print(what + ", ms", millis);
  }

  private void write() throws IOException, InterruptedException {
    String token = "";
    StringBuilder batch = new StringBuilder();
    for (int i = 0; i < NAMES * HOSTS; i++) {
      int host = i / NAMES;
      batch.append(
          "{\"name\":\"scale_%d\",\"ts\":1700000000,\"value\":%d,\"slots\":10,\"tags\":{\"host\":\"h%d\",\"region\":\"r%d\",\"zone\":\"z%d\",\"service\":\"s%d\",\"env\":\"e%d\"}}%n"
              .formatted(i % NAMES, i, host, host % 4, host % 16, host % 50, host % 3));
      if ((i + 1) % BATCH == 0) {
        token = api.post("/ingest/gauge", batch.toString()).get("token").asText();
        batch.setLength(0);
      }
    }
    while (true) {
      try {
        api.get("/metrics?limit=1&after=" + token);
        return;
      } catch (IOException e) {
        System.out.println("waiting for the metrics: " + e.getMessage());
      }
    }
  }
}
