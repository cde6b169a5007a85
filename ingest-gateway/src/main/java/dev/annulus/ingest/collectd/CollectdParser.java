package dev.annulus.ingest.collectd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.wire.EncodedSeries;
import java.io.IOException;

/**
 * Reads an array of value lists, one at a time. A value list that breaks a rule is skipped; a body
 * of another shape is refused as a whole. Not thread-safe; one parser for each body.
 */
final class CollectdParser {
  private static final JsonFactory JSON = new JsonFactory();

  private final SeriesIntake intake;
  private final long nowMillis;
  private final SampleBatch batch;
  private final Problems problems = new Problems("value list");
  private int ignored;
  private int number;

  /**
   * @param batch takes the samples
   * @param nowMillis epoch milliseconds
   */
  CollectdParser(SeriesIntake intake, SampleBatch batch, long nowMillis) {
    this.intake = intake;
    this.batch = batch;
    this.nowMillis = nowMillis;
  }

  /** The samples of the value lists without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The value lists with a fault. */
  Problems problems() {
    return problems;
  }

  /** The number of values that are not numbers. */
  int ignored() {
    return ignored;
  }

  /**
   * Reads a body.
   *
   * @throws InvalidSampleException if it is not an array of value lists; then nothing is kept
   */
  void parse(byte[] body, int length) throws IOException {
    try (JsonParser json = JSON.createParser(body, 0, length)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new InvalidSampleException("body", "must be an array of collectd's value lists");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        number++;
        take(ValueList.read(json, number));
      }
      if (json.nextToken() != null) {
        throw new InvalidSampleException("body", "must end with its array");
      }
    } catch (JsonProcessingException e) {
      throw new InvalidSampleException(
          "body", "is not JSON, at byte " + e.getLocation().getByteOffset());
    }
  }

  private void take(ValueList list) {
    int before = batch.size();
    try {
      list.check();
      intake.rules().checkTimestamp(list.tsMillis(), nowMillis);
      for (int i = 0; i < list.size(); i++) {
        double value = list.value(i);
        if (Double.isFinite(value)) {
          EncodedSeries series = intake.series(list.name(i), list.tags(), list.type(i));
          batch.add(series, list.tsMillis(), value);
        } else {
          ignored++;
        }
      }
    } catch (InvalidSampleException e) {
      batch.truncate(before);
      problems.add(number, e.describe());
    }
  }
}
