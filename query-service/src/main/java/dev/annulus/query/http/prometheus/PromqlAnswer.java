package dev.annulus.query.http.prometheus;

import dev.annulus.promql.eval.QueryResult;
import dev.annulus.promql.eval.QueryValue;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.MatrixValue;
import dev.annulus.promql.eval.QueryValue.ScalarValue;
import dev.annulus.promql.eval.QueryValue.StringValue;
import dev.annulus.promql.eval.QueryValue.VectorSample;
import dev.annulus.promql.eval.QueryValue.VectorValue;
import dev.annulus.query.exec.RunningQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The result of a query as Prometheus answers it. */
final class PromqlAnswer {
  private static final String TRUNCATED = "results truncated due to limit";

  private final QueryResult result;
  private final MatrixJson matrix;
  private final int limit;
  private final long arrived;
  private boolean truncated;

  /**
   * @param matrix writes the result if it is one
   * @param limit series at most
   * @param arrived when the request was there, by {@link System#nanoTime}; -1 to leave out the
   *     statistics
   */
  PromqlAnswer(QueryResult result, MatrixJson matrix, int limit, long arrived) {
    this.result = result;
    this.matrix = matrix;
    this.limit = limit;
    this.arrived = arrived;
  }

  /** Whether series were left out; known once written. */
  boolean isTruncated() {
    return truncated;
  }

  /**
   * Writes all of it.
   *
   * @param running asked now and then whether to go on
   */
  void write(JsonAnswer json, RunningQuery running) throws IOException {
    QueryValue value = result.value();
    json.raw("{\"status\":\"success\",\"data\":{\"resultType\":\"")
        .raw(value.type().resultType())
        .raw("\",\"result\":");
    if (value instanceof ScalarValue scalar) {
      json.point(scalar.timeMillis(), scalar.value());
    } else if (value instanceof StringValue string) {
      json.raw("[").seconds(string.timeMillis()).raw(",").text(string.value()).raw("]");
    } else if (value instanceof VectorValue vector) {
      vector(json, vector, running);
    } else {
      List<MatrixSeries> series = ((MatrixValue) value).series();
      matrix.write(json, series.subList(0, count(series)), running::check);
    }
    if (arrived >= 0) {
      stats(json);
    }
    json.raw("}");
    List<String> warnings = new ArrayList<>(result.warnings());
    if (truncated) {
      warnings.add(TRUNCATED);
    }
    texts(json, ",\"warnings\":", warnings);
    texts(json, ",\"infos\":", result.infos());
    json.raw("}");
  }

  private void vector(JsonAnswer json, VectorValue vector, RunningQuery running)
      throws IOException {
    json.raw("[");
    for (int i = 0; i < count(vector.samples()); i++) {
      running.check();
      VectorSample sample = vector.samples().get(i);
      json.comma(i == 0).raw("{\"metric\":").labels(sample.labels()).raw(",\"value\":");
      json.point(vector.timeMillis(), sample.value()).raw("}");
    }
    json.raw("]");
  }

  private int count(List<?> all) {
    truncated = all.size() > limit;
    return Math.min(all.size(), limit);
  }

  private void stats(JsonAnswer json) throws IOException {
    double seconds = (System.nanoTime() - arrived) / 1e9;
    json.raw(",\"stats\":{\"timings\":{\"evalTotalTime\":").decimal(seconds);
    json.raw(",\"resultSortTime\":0,\"queryPreparationTime\":0,\"innerEvalTime\":");
    json.decimal(seconds).raw(",\"execQueueTime\":0,\"execTotalTime\":").decimal(seconds);
    json.raw("},\"samples\":{\"totalQueryableSamples\":").integer(result.samplesRead());
    json.raw(",\"peakSamples\":").integer(result.samplesRead()).raw("}}");
  }

  private static void texts(JsonAnswer json, String name, List<String> texts) throws IOException {
    if (texts.isEmpty()) {
      return;
    }
    json.raw(name).raw("[");
    for (int i = 0; i < texts.size(); i++) {
      json.comma(i == 0).text(texts.get(i));
    }
    json.raw("]");
  }
}
