package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of the index is never older than the index. */
class LabelValuesIT {
  private static final int STEPS = 150;

  private record Series(SeriesSpec spec, Map<String, String> labels) {}

  @Test
  void valuesFollowWhateverIsCreatedAndDeleted(@TempDir Path directory) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, Series> stored = new TreeMap<>();
    try (QueryServiceFixture service = QueryServiceFixture.withFewQueries(directory)) {
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(3) == 0 && !stored.isEmpty()) {
          List<String> all = List.copyOf(stored.keySet());
          Series gone = stored.remove(all.get(random.nextInt(all.size())));
          long id = service.id(gone.spec());
          assertThat(service.send("DELETE", "/metrics/" + id, "").statusCode()).isEqualTo(200);
        } else {
          create(service, random, stored);
        }
        for (String label : List.of("__name__", "a", "exported___name__", "none")) {
          assertThat(values(service, label))
              .as("values of %s after step %d, seed %d", label, step, seed)
              .isEqualTo(expected(stored, series -> series.labels().getOrDefault(label, "")));
        }
      }
    }
  }

  private static void create(
      QueryServiceFixture service, Random random, Map<String, Series> stored) {
    String name = "m" + random.nextInt(4);
    Map<String, String> tags = new TreeMap<>();
    Map<String, String> labels = new TreeMap<>(Map.of("__name__", name));
    for (Map.Entry<String, String> tag :
        Map.of("a", "a", "__name__", "exported___name__").entrySet()) {
      if (random.nextBoolean()) {
        String value = Integer.toString(random.nextInt(6));
        tags.put(tag.getKey(), value);
        labels.put(tag.getValue(), value);
      }
    }
    SeriesSpec spec = QueryServiceFixture.gauge(name, tags);
    service.write(spec, 1_700_000_000, 1);
    stored.put(labels.toString(), new Series(spec, labels));
  }

  private static List<String> expected(
      Map<String, Series> stored, Function<Series, String> valueOf) {
    TreeSet<String> values = new TreeSet<>();
    stored.values().forEach(series -> values.add(valueOf.apply(series)));
    values.remove("");
    return List.copyOf(values);
  }

  private static List<String> values(QueryServiceFixture service, String label) throws Exception {
    List<String> values = new ArrayList<>();
    for (JsonNode value : service.getJson("/api/v1/label/" + label + "/values").get("data")) {
      values.add(value.asText());
    }
    return values;
  }
}
