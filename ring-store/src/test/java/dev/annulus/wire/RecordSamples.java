package dev.annulus.wire;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.wire.proto.Series;
import java.util.Arrays;
import java.util.Map;

/** Samples and messages of the tests of records. */
final class RecordSamples {
  static final String PROTOBUF = ContentType.PROTOBUF.mediaType();
  static final SeriesSpec GAUGE =
      new SeriesSpec(5L, SeriesKey.of("cpu", Map.of("host", "a")), MetricType.GAUGE, 1_000L, 60);
  static final SeriesSpec COUNTER = SeriesSpec.of(SeriesKey.of("net"), MetricType.COUNTER);

  private RecordSamples() {}

  static long[] bits(SeriesSamples samples) {
    return Arrays.stream(samples.values()).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  static dev.annulus.wire.proto.SeriesSamples.Builder proto(Series.Builder series) {
    return dev.annulus.wire.proto.SeriesSamples.newBuilder().setSeries(series);
  }

  static dev.annulus.wire.proto.SeriesSamples.Builder sibling(String name) {
    return dev.annulus.wire.proto.SeriesSamples.newBuilder().setSibling(name);
  }

  static SeriesSpec host(String name, String host) {
    return SeriesSpec.of(SeriesKey.of(name, Map.of("host", host)), MetricType.GAUGE);
  }

  /** Samples at times in seconds. */
  static SeriesSamples samples(SeriesSpec spec, long... seconds) {
    return new SeriesSamples(
        spec,
        Arrays.stream(seconds).map(Times::millis).toArray(),
        Arrays.stream(seconds).mapToDouble(ts -> 2 * ts).toArray());
  }

  /** Samples of any times and any values. */
  static SeriesSamples exact(SeriesSpec spec, long[] times, double... values) {
    return new SeriesSamples(spec, times, values);
  }
}
