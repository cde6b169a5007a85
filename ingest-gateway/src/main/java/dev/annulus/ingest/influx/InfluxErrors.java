package dev.annulus.ingest.influx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.service.http.InfluxSetup;
import dev.annulus.service.http.Json;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Errors as InfluxDB clients expect them: version 1 reads {@code error}, version 2 {@code message}.
 * Thread-safe.
 */
final class InfluxErrors implements ProblemFormat {
  private final ObjectMapper json = Json.mapper();

  @Override
  public Body body(Problem problem, @Nullable String requestType) {
    Problem told = problem.with("error", problem.detail()).with("message", problem.detail());
    try {
      return new Body(
          "application/json",
          json.writeValueAsBytes(told),
          Map.of("X-Influxdb-Error", InfluxSetup.headerText(problem.detail())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
