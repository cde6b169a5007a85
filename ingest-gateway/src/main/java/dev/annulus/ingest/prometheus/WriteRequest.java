package dev.annulus.ingest.prometheus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.wire.EncodedSeries;
import java.io.IOException;
import java.util.Arrays;

/**
 * What both versions of a request share, parsed field by field straight into a batch: series with
 * samples of {@code double value = 1} and {@code int64 timestamp = 2}, in milliseconds. Any double
 * is a value, including NaN and staleness markers, and keeps its bits. Not thread-safe; one object
 * per body.
 */
abstract class WriteRequest {
  private static final int VALUE = 1;
  private static final int TIMESTAMP = 2;

  private static final long SAMPLE_BYTES = 16;

  private final SeriesIntake intake;
  private final IngestMemory.Allowance allowance;
  private final long nowMillis;
  private final SampleBatch batch;
  private final Problems problems = new Problems("series");
  private long[] timestamps = new long[16];
  private double[] values = new double[16];
  private int count;
  private int histograms;
  private int number;
  private int written;

  /**
   * @param allowance of the request; may be closed once the batch is published
   * @param nowMillis epoch milliseconds
   */
  WriteRequest(SeriesIntake intake, IngestMemory.Allowance allowance, long nowMillis) {
    this.intake = intake;
    this.allowance = allowance;
    this.batch = new SampleBatch(allowance);
    this.nowMillis = nowMillis;
  }

  /**
   * Reads a body.
   *
   * @throws com.google.protobuf.InvalidProtocolBufferException if it is malformed
   */
  abstract void read(byte[] array, int length) throws IOException;

  /** The samples of the series without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The series with a fault, numbered from 0. */
  Problems problems() {
    return problems;
  }

  /** The number of accepted samples. */
  int written() {
    return written;
  }

  /** A series' labels and type; resolved only once all its fields have been read. */
  interface Named {
    /** Finds or creates the series. */
    EncodedSeries series(SeriesIntake intake) throws IOException;
  }

  /**
   * The message of the other version: it has none of this one's fields, so it would parse as an
   * empty one and be lost.
   */
  static InvalidProtocolBufferException otherVersion(String version, String message) {
    return new InvalidProtocolBufferException(
        "it is one of remote write %s, whose Content-Type has proto=%s"
            .formatted(version, message));
  }

  final IngestMemory.Allowance allowance() {
    return allowance;
  }

  final void startSeries() {
    count = 0;
    histograms = 0;
  }

  final void readSample(CodedInputStream in) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    double value = 0;
    long timestamp = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case VALUE -> value = in.readDouble();
        case TIMESTAMP -> timestamp = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(limit);
    allowance.requireSamples(batch.size() + count + 1);
    if (count == timestamps.length) {
      allowance.take(SAMPLE_BYTES * count);
      timestamps = Arrays.copyOf(timestamps, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    timestamps[count] = timestamp;
    values[count++] = value;
  }

  final void skipHistogram(CodedInputStream in, int tag) throws IOException {
    in.skipField(tag);
    histograms++;
  }

  /** Adds the samples read since {@link #startSeries}, or none of them and a problem. */
  final void endSeries(Named named) throws IOException {
    int before = batch.size();
    try {
      EncodedSeries series = named.series(intake);
      for (int i = 0; i < count; i++) {
        intake.rules().checkTimestamp(timestamps[i], nowMillis);
        batch.add(series, timestamps[i], values[i]);
      }
      written += count;
      if (histograms > 0) {
        problems.add(number, "native histograms are not stored; send classic ones");
      }
    } catch (InvalidSampleException e) {
      batch.truncate(before);
      problems.add(number, e.describe());
    }
    number++;
  }
}
