package dev.annulus.wire;

import static dev.annulus.wire.RecordSamples.COUNTER;
import static dev.annulus.wire.RecordSamples.GAUGE;
import static dev.annulus.wire.RecordSamples.PROTOBUF;
import static dev.annulus.wire.RecordSamples.bits;
import static dev.annulus.wire.RecordSamples.exact;
import static dev.annulus.wire.RecordSamples.host;
import static dev.annulus.wire.RecordSamples.proto;
import static dev.annulus.wire.RecordSamples.samples;
import static dev.annulus.wire.RecordSamples.sibling;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import dev.annulus.model.Temporality;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private final RecordDecoder decoder = new RecordDecoder(SampleRules.DEFAULT);

  @Test
  void aBatchReadsBack() {
    byte[] record = RecordEncoder.encode(List.of(samples(GAUGE, 1, 2, 3), samples(COUNTER, 4, 5)));
    Decoded decoded = decoder.decode(PROTOBUF, record);
    assertThat(decoded.unusable()).isEmpty();
    assertThat(decoded.usable()).extracting(Decoded.Entry::firstIndex).containsExactly(0, 3);
    assertThat(decoded.usable().get(0).samples().series()).isEqualTo(GAUGE);
    assertThat(decoded.usable().get(0).samples().timestamps()).containsExactly(1_000, 2_000, 3_000);
    assertThat(decoded.usable().get(1).samples().series()).isEqualTo(COUNTER);
    assertThat(decoded.usable().get(1).samples().values()).containsExactly(8, 10);
  }

  @Test
  void incrementsStayIncrements() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("net"));
    byte[] record = RecordEncoder.encode(List.of(samples(deltas, 1), samples(COUNTER, 2)));
    assertThat(decoder.decode(PROTOBUF, record).usable())
        .extracting(entry -> entry.samples().series())
        .containsExactly(deltas, COUNTER);
  }

  @Test
  void aSeriesThatComesAgainIsTheSameObject() {
    SeriesSpec first = specOf(samples(GAUGE, 1));
    assertThat(specOf(samples(GAUGE, 2))).isSameAs(first);
    assertThat(specOf(samples(COUNTER, 2))).isEqualTo(COUNTER);
  }

  private SeriesSpec specOf(SeriesSamples samples) {
    byte[] record = RecordEncoder.encode(List.of(samples));
    return decoder.decode(PROTOBUF, record).usable().get(0).samples().series();
  }

  @Test
  void theBytesOfABatchAreFixed() {
    assertThat(HexFormat.of().formatHex(RecordEncoder.encode(List.of(samples(GAUGE, 1)))))
        .isEqualTo(
            "080112250a160a0363707512090a04686f737412016120052801303c1201011a080000000000000040");
  }

  @Test
  void seriesThatShareTagsAndTimesNameThemOnce() {
    List<SeriesSamples> batch =
        List.of(
            samples(host("idle", "a"), 1, 2),
            samples(host("user", "a"), 1, 2),
            samples(host("user", "b"), 1, 2),
            samples(host("idle", "b"), 3),
            samples(host("wait", "b"), 3));
    byte[] record = RecordEncoder.encode(batch);
    for (int time = 1; time <= 3; time++) {
      List<Decoded.Entry> read = decoder.decode(PROTOBUF, record).usable();
      assertThat(read).extracting(Decoded.Entry::firstIndex).containsExactly(0, 2, 4, 6, 7);
      for (int i = 0; i < batch.size(); i++) {
        SeriesSamples samples = read.get(i).samples();
        assertThat(samples.series()).isEqualTo(batch.get(i).series());
        assertThat(samples.timestamps()).isEqualTo(batch.get(i).timestamps());
        assertThat(samples.values()).isEqualTo(batch.get(i).values());
      }
    }
  }

  @Test
  void theBytesOfSharedTagsAndTimesAreFixed() {
    byte[] record =
        RecordEncoder.encode(List.of(samples(host("m", "a"), 1), samples(host("n", "a"), 1)));
    assertThat(HexFormat.of().formatHex(record))
        .isEqualTo(
            "0802"
                + "121d0a0e0a016d12090a04686f7374120161"
                + "1201011a080000000000000040"
                + "120d22016e1a080000000000000040");
  }

  @Test
  void theBytesOfTimesAndStepsThatAreNotWholeSecondsAreFixed() {
    SeriesSpec fine = new SeriesSpec(null, SeriesKey.of("m"), MetricType.GAUGE, 250L, 8);
    byte[] record =
        RecordEncoder.encode(
            List.of(
                exact(host("m", "a"), new long[] {1_250}, StaleMarker.VALUE),
                exact(host("n", "a"), new long[] {1_250}, 2),
                samples(fine, 1)));
    assertThat(HexFormat.of().formatHex(record))
        .isEqualTo(
            "0803"
                + "121e0a0e0a016d12090a04686f7374120161"
                + "2a02e2091a08020000000000f07f"
                + "120d22016e1a080000000000000040"
                + "12170a080a016d300840fa01"
                + "1201011a080000000000000040");
  }

  /** Series that share tags and times or not, in seconds, milliseconds and nanoseconds. */
  @Test
  void anyTimesAndBitsReadBack() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      List<SeriesSamples> batch = new ArrayList<>();
      long[] times = {};
      for (int i = random.nextInt(6); i >= 0; i--) {
        times = random.nextInt(3) == 0 && times.length > 0 ? times : anyTimes(random);
        batch.add(anySamples(random, times));
      }
      Decoded decoded = decoder.decode(PROTOBUF, RecordEncoder.encode(batch));
      assertThat(decoded.unusable()).as("seed %d", seed).isEmpty();
      for (int i = 0; i < batch.size(); i++) {
        SeriesSamples samples = decoded.usable().get(i).samples();
        assertThat(samples.series()).as("seed %d", seed).isEqualTo(batch.get(i).series());
        assertThat(samples.timestamps()).as("seed %d", seed).isEqualTo(batch.get(i).timestamps());
        assertThat(bits(samples)).as("seed %d", seed).isEqualTo(bits(batch.get(i)));
      }
    }
  }

  private static long[] anyTimes(Random random) {
    boolean whole = random.nextBoolean();
    return random
        .longs(1 + random.nextInt(4), 0, 4_000_000_000_000L)
        .map(millis -> whole ? millis / 1_000 * 1_000 : millis)
        .toArray();
  }

  private static SeriesSamples anySamples(Random random, long[] times) {
    SeriesKey key = SeriesKey.of("m" + random.nextInt(3), Map.of("host", "a" + random.nextInt(2)));
    if (random.nextInt(4) == 0) {
      SeriesSpec deltas =
          new SeriesSpec(null, key, MetricType.COUNTER, null, null, Temporality.DELTA_NANOS, false);
      return new SeriesSamples(deltas, times, random.doubles(times.length).toArray());
    }
    SeriesSpec gauge =
        new SeriesSpec(
            null,
            key,
            MetricType.GAUGE,
            random.nextBoolean() ? null : random.nextLong(1, 9_999),
            8);
    double[] values =
        random
            .longs(times.length)
            .map(bits -> random.nextInt(4) == 0 ? StaleMarker.BITS : bits)
            .mapToDouble(Double::longBitsToDouble)
            .toArray();
    return new SeriesSamples(gauge, times, values);
  }

  @Test
  void timesStepsAndValuesReadBackToTheBit() {
    SeriesSpec nanos =
        new SeriesSpec(
            null,
            SeriesKey.of("d", Map.of("host", "a")),
            MetricType.COUNTER,
            null,
            null,
            Temporality.DELTA_NANOS,
            false);
    SeriesSpec fine = new SeriesSpec(null, SeriesKey.of("f"), MetricType.GAUGE, 1_500L, 8);
    long[] mixed = {1_000, 1_700_000_000_123L};
    List<SeriesSamples> batch =
        List.of(
            samples(host("m", "a"), 5, 6),
            exact(host("n", "a"), mixed, StaleMarker.VALUE, Double.NaN),
            exact(host("o", "a"), mixed, Double.NEGATIVE_INFINITY, -0.0),
            // The same numbers in another unit are other times.
            exact(nanos, mixed, 1, 2),
            exact(host("p", "a"), mixed, 3, 4),
            samples(fine, 7));
    byte[] record = RecordEncoder.encode(batch);
    for (int time = 1; time <= 2; time++) {
      Decoded decoded = decoder.decode(PROTOBUF, record);
      assertThat(decoded.unusable()).isEmpty();
      for (int i = 0; i < batch.size(); i++) {
        SeriesSamples samples = decoded.usable().get(i).samples();
        assertThat(samples.series()).isEqualTo(batch.get(i).series());
        assertThat(samples.timestamps()).isEqualTo(batch.get(i).timestamps());
        assertThat(Arrays.stream(samples.values()).mapToLong(Double::doubleToRawLongBits))
            .containsExactlyElementsOf(
                Arrays.stream(batch.get(i).values())
                    .mapToLong(Double::doubleToRawLongBits)
                    .boxed()
                    .toList());
      }
    }
  }

  /** As any producer may write it: seconds and nanoseconds share numbers. */
  @Test
  void sharedNumbersHaveTheUnitOfTheSeriesThatTakesThem() {
    Series.Builder nanos =
        Series.newBuilder()
            .setName("d")
            .setType(dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER_DELTA_NANOS);
    SampleBatch batch =
        SampleBatch.newBuilder()
            .setFormatVersion(2)
            .addSeries(proto(Series.newBuilder().setName("a")).addTimestamps(7).addValues(1))
            .addSeries(proto(nanos).addValues(1))
            .addSeries(proto(Series.newBuilder().setName("b")).addValues(1))
            .addSeries(proto(nanos).addTimestamps(8).addValues(1))
            .addSeries(proto(Series.newBuilder().setName("c")).addValues(1))
            .build();
    assertThat(decoder.decode(PROTOBUF, batch.toByteArray()).usable())
        .extracting(entry -> entry.samples().timestamps()[0])
        .containsExactly(7_000L, 7L, 7_000L, 8L, 8_000L);
  }

  @Test
  void aRecordOfVersion1SharesNothing() {
    SampleBatch batch =
        SampleBatch.newBuilder()
            .setFormatVersion(1)
            .addSeries(proto(Series.newBuilder().setName("m")).addTimestamps(1).addValues(1))
            .addSeries(sibling("n").addTimestamps(1).addValues(1))
            .addSeries(proto(Series.newBuilder().setName("o")).addValues(1))
            .addSeries(proto(Series.newBuilder().setName("p")).addTimestamps(1).addValues(1))
            .build();
    Decoded decoded = decoder.decode(PROTOBUF, batch.toByteArray());
    assertThat(decoded.usable())
        .extracting(entry -> entry.samples().series().partitionKey())
        .containsExactly("m", "p");
    assertThat(decoded.unusable())
        .extracting(Decoded.Unusable::detail)
        .containsExactly(
            "sibling: requires format_version 2, which must come first",
            "values: must be as many as timestamps, got 1 for 0");
  }

  @Test
  void jsonIsKnownByItsFirstByte() {
    String json = " [{\"name\":\"m\",\"ts\":1,\"value\":2,\"type\":\"gauge\"}]";
    assertThat(decoder.decode(null, json.getBytes(UTF_8)).usable()).hasSize(1);
    assertThat(decoder.decode("application/json; charset=utf-8", json.getBytes(UTF_8)).usable())
        .hasSize(1);
  }
}
