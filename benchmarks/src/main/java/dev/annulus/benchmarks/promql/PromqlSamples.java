package dev.annulus.benchmarks.promql;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.xerial.snappy.Snappy;

/** The samples as bodies of remote write: the same for every peer. */
final class PromqlSamples {
  static final int COUNTERS = 1_000;
  static final int HISTOGRAMS = 1_000;
  static final int LABELLED = 100_000;
  static final int STEP_SECONDS = 15;

  /** An hour, and what the first window needs. */
  static final int TICKS = 3_900 / STEP_SECONDS;

  private static final List<String> BOUNDS =
      List.of("0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf");
  private static final int TICKS_PER_BODY = 10;
  private static final int SERIES_PER_BODY = 5_000;

  private final long startMillis;

  /**
   * @param startMillis of the first sample
   */
  PromqlSamples(long startMillis) {
    this.startMillis = startMillis;
  }

  /** Receives bodies in the order in which they have to be written. */
  interface Receiver {
    void body(byte[] snappy) throws IOException, InterruptedException;
  }

  /** Makes all bodies. */
  void forEach(Receiver receiver) throws IOException, InterruptedException {
    List<byte[]> labels = new ArrayList<>();
    for (int i = 0; i < COUNTERS; i++) {
      labels.add(
          labels("__name__", "bench_requests_total", "instance", "i" + i, "job", "j" + i % 10));
    }
    for (int i = 0; i < HISTOGRAMS; i++) {
      for (String bound : BOUNDS) {
        labels.add(labels("__name__", "bench_seconds_bucket", "instance", "i" + i, "le", bound));
      }
    }
    ticks(labels, receiver);
    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < LABELLED; i++) {
      many.add(labels("__name__", "bench_labelled", "host", "host-" + i));
      if (many.size() == SERIES_PER_BODY) {
        receiver.body(body(many, TICKS - 1, TICKS, new long[many.size()], new Random(1)));
        many.clear();
      }
    }
  }

  private void ticks(List<byte[]> labels, Receiver receiver)
      throws IOException, InterruptedException {
    Random random = new Random(42);
    long[] totals = new long[labels.size()];
    for (int first = 0; first < TICKS; first += TICKS_PER_BODY) {
      int end = Math.min(TICKS, first + TICKS_PER_BODY);
      for (int from = 0; from < labels.size(); from += SERIES_PER_BODY) {
        int to = Math.min(labels.size(), from + SERIES_PER_BODY);
        long[] part = Arrays.copyOfRange(totals, from, to);
        receiver.body(body(labels.subList(from, to), first, end, part, random));
        System.arraycopy(part, 0, totals, from, part.length);
      }
    }
  }

  private byte[] body(List<byte[]> labels, int firstTick, int endTick, long[] totals, Random random)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int i = 0; i < labels.size(); i++) {
      ByteArrayOutputStream series = new ByteArrayOutputStream();
      CodedOutputStream fields = CodedOutputStream.newInstance(series);
      fields.writeRawBytes(labels.get(i));
      // Buckets of one histogram are cumulative: later series of the ten grow faster.
      for (int tick = firstTick; tick < endTick; tick++) {
        totals[i] += random.nextInt(4) + i % BOUNDS.size() * 4L;
        long millis = startMillis + tick * (STEP_SECONDS * 1_000L);
        fields.writeTag(2, 2);
        fields.writeUInt32NoTag(
            CodedOutputStream.computeDoubleSize(1, (double) totals[i])
                + CodedOutputStream.computeInt64Size(2, millis));
        fields.writeDouble(1, (double) totals[i]);
        fields.writeInt64(2, millis);
      }
      fields.flush();
      out.writeByteArray(1, series.toByteArray());
    }
    out.flush();
    return Snappy.compress(bytes.toByteArray());
  }

  private static byte[] labels(String... namesAndValues) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      ByteArrayOutputStream label = new ByteArrayOutputStream();
      CodedOutputStream fields = CodedOutputStream.newInstance(label);
      fields.writeString(1, namesAndValues[i]);
      fields.writeString(2, namesAndValues[i + 1]);
      fields.flush();
      out.writeByteArray(1, label.toByteArray());
    }
    out.flush();
    return bytes.toByteArray();
  }
}
