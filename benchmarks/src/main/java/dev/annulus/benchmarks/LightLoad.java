package dev.annulus.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;

/**
 * Latency for a single user of a running Annulus: from acknowledgement of a sample to its
 * visibility in a query, and server time of the one-minute average over a ring of 3,600 samples.
 *
 * <p>Argument: the origin of the API, such as {@code http://127.0.0.1:8000}.
 */
public final class LightLoad {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Api api;

  private LightLoad(Api api) {
    this.api = api;
  }

  /** Runs both measurements and prints a line for each. */
  public static void main(String[] args) throws Exception {
    LightLoad load = new LightLoad(new Api(args));
    load.visibility(2_000);
    load.minuteAverage(2_000);
  }

  /** From the response to a post until the response to a look-up that waits for its token. */
  private void visibility(int rounds) throws IOException, InterruptedException {
    double[] millis = new double[rounds];
    long now = System.currentTimeMillis() / 1000;
    for (int i = -200; i < rounds; i++) {
      String body =
          "{\"name\":\"light_load\",\"ts\":%d,\"value\":%d}".formatted(now - rounds + i, i);
      String token = api.post("/ingest/gauge", body).get("token").asText();
      long acknowledged = System.nanoTime();
      api.post("/metrics/lookup", "{\"name\":\"light_load\",\"after\":\"" + token + "\"}");
      if (i >= 0) {
        millis[i] = (System.nanoTime() - acknowledged) / 1e6;
      }
    }
    Api.print("acknowledged sample visible, ms", millis);
  }

  private void minuteAverage(int rounds) throws IOException, InterruptedException {
    StringBuilder batch = new StringBuilder("[");
    for (int i = 0; i < 3_600; i++) {
      batch
          .append(i == 0 ? "" : ",")
          .append("{\"name\":\"hour\",\"ts\":%d,\"value\":%d}".formatted(1_700_000_000 + i, i));
    }
    String token = api.post("/ingest/gauge", batch.append(']').toString()).get("token").asText();
    long id =
        api.post("/metrics/lookup", "{\"name\":\"hour\",\"after\":\"" + token + "\"}")
            .at("/metrics/0/metric_id")
            .asLong();
    double[] total = new double[rounds];
    double[] planning = new double[rounds];
    for (int i = -500; i < rounds; i++) {
      long start = 1_700_000_000L - Math.floorMod(i, 60);
      String sql =
          ("WITH selector_map AS (SELECT 'cpu' AS alias, %1$d AS metric_id), base_agg AS (SELECT"
                  + " ts_bucket(s.ts, 60) AS bucket, 'cpu' AS alias, avg(s.value) AS value FROM"
                  + " samples AS s JOIN selector_map AS sel ON s.metric_id = sel.metric_id WHERE"
                  + " s.ts BETWEEN %2$d AND %3$d GROUP BY bucket) SELECT bucket, alias, value FROM"
                  + " base_agg ORDER BY bucket")
              .formatted(id, start, start + 3_660);
      JsonNode stats = api.post("/query", JSON.writeValueAsString(Map.of("sql", sql))).get("stats");
      if (i >= 0) {
        total[i] = stats.get("elapsed_ms").asDouble();
        planning[i] = stats.get("planning_ms").asDouble();
      }
    }
    Api.print("one-minute average of 3,600 samples, server ms", total);
    Api.print("  of it planning, ms", planning);
  }
}
