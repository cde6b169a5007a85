package dev.annulus.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.service.http.Json;
import dev.annulus.store.Dashboards;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Dashboards for the metrics that {@code --demo} collects, from the resources {@code
 * dashboards/*.json}: each has slug, title and definition, like an export of the UI.
 */
final class StarterDashboards {
  private static final List<String> NAMES = List.of("host", "self");

  private StarterDashboards() {}

  /** Adds them to a store without any dashboard. */
  static void putIfNone(Dashboards dashboards) {
    if (!dashboards.list(null, 1).join().isEmpty()) {
      return;
    }
    ObjectMapper json = Json.mapper();
    for (String name : NAMES) {
      JsonNode starter = read(json, "/dashboards/" + name + ".json");
      dashboards
          .put(
              starter.path("slug").asText(),
              starter.path("title").asText(),
              starter.path("definition").toString(),
              Dashboards.ABSENT)
          .join();
    }
  }

  private static JsonNode read(ObjectMapper json, String resource) {
    try (InputStream in = StarterDashboards.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks " + resource);
      }
      return json.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
