package dev.annulus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import dev.annulus.wire.proto.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private final RecordDecoder decoder = new RecordDecoder(SampleRules.DEFAULT);

  private static final String PROTOBUF = ContentType.PROTOBUF.mediaType();
  private static final SeriesSpec GAUGE =
      new SeriesSpec(5L, SeriesKey.of("cpu", Map.of("host", "a")), MetricType.GAUGE, 1_000L, 60);
  private static final SeriesSpec COUNTER = SeriesSpec.of(SeriesKey.of("net"), MetricType.COUNTER);

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

  /** It would vanish without a word; what follows is read all the same. */
  @Test
  void aSeriesWithoutSamplesIsToldOf() {
    SampleBatch.Builder batch =
        SampleBatch.newBuilder()
            .setFormatVersion(3)
            .addSeries(proto(Series.newBuilder().setName("empty")))
            .addSeries(proto(Series.newBuilder().setName("m")).addTimestamps(1).addValues(2));
    Decoded decoded = decoder.decode(PROTOBUF, batch.build().toByteArray());
    assertThat(decoded.unusable())
        .extracting(Decoded.Unusable::detail)
        .containsExactly("values: must not be empty");
    assertThat(decoded.usable()).hasSize(1);
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

  private static long[] bits(SeriesSamples samples) {
    return Arrays.stream(samples.values()).mapToLong(Double::doubleToRawLongBits).toArray();
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
  void millisecondsNeedVersion3AndOneUnit() {
    Series.Builder nanos =
        Series.newBuilder()
            .setName("d")
            .setType(dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER_DELTA_NANOS);
    SampleBatch.Builder batch =
        SampleBatch.newBuilder()
            .addSeries(proto(Series.newBuilder().setName("m")).addTimestampsMs(1).addValues(1))
            .addSeries(proto(nanos).addTimestampsMs(1).addValues(1))
            .addSeries(
                proto(Series.newBuilder().setName("n"))
                    .addTimestamps(1)
                    .addTimestampsMs(1)
                    .addValues(1)
                    .addValues(1))
            .addSeries(
                proto(Series.newBuilder().setName("o").setStep(1).setStepMs(1_000))
                    .addTimestamps(1)
                    .addValues(1));
    assertThat(details(batch.setFormatVersion(3)))
        .containsExactly(
            "timestamps_ms: must not be set for increments in nanoseconds",
            "timestamps_ms: must not be set together with timestamps",
            "step_ms: must not be set together with step");
    assertThat(details(batch.setFormatVersion(2)))
        .contains("timestamps_ms: requires format_version 3, which must come first");
  }

  private List<String> details(SampleBatch.Builder batch) {
    return decoder.decode(PROTOBUF, batch.build().toByteArray()).unusable().stream()
        .map(Decoded.Unusable::detail)
        .toList();
  }

  @Test
  void aSiblingOfARefusedSeriesIsReadByItself() {
    SampleBatch batch =
        SampleBatch.newBuilder()
            .setFormatVersion(2)
            .addSeries(sibling("m"))
            .addSeries(proto(Series.newBuilder().setName("x".repeat(600))))
            .addSeries(sibling("y".repeat(600)))
            .addSeries(sibling("m").addTimestamps(1).addValues(1))
            .addSeries(proto(Series.newBuilder().setMetricId(7)).addTimestamps(2).addValues(2))
            .addSeries(sibling("n").addValues(3))
            .addSeries(proto(Series.newBuilder().setName("o")).addValues(4))
            .addSeries(sibling("").addValues(5))
            .build();
    for (int time = 1; time <= 2; time++) {
      Decoded decoded = decoder.decode(PROTOBUF, batch.toByteArray());
      assertThat(decoded.usable())
          .extracting(entry -> entry.samples().series().partitionKey())
          .containsExactly("m", "metric_7", "o");
      assertThat(decoded.usable().get(2).samples().timestamps()).containsExactly(2_000);
      assertThat(decoded.unusable())
          .extracting(Decoded.Unusable::detail)
          .containsExactly(
              "sibling: must follow another series",
              "name: may have at most 512 bytes in UTF-8 (ingest.max-name-bytes), got 600",
              "name: may have at most 512 bytes in UTF-8 (ingest.max-name-bytes), got 600",
              "sibling: must not follow a series with a metric_id",
              "name: is missing; a series needs a name or a metric_id");
    }
  }

  @Test
  void aSiblingsNameIsUtf8() {
    byte[] record =
        RecordEncoder.encode(List.of(samples(host("m", "a"), 1), samples(host("n", "a"), 1)));
    record[record.length - 11] = (byte) 0xFF;
    assertThat(decoder.decode(PROTOBUF, record).unusable())
        .singleElement()
        .satisfies(it -> assertThat(it.detail()).isEqualTo("sibling: must be UTF-8"));
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

  @Test
  void aBadSampleLeavesTheOthersOfItsRecordUsable() {
    String json =
        "[{\"name\":\"m\",\"ts\":1,\"value\":2},{\"ts\":1},{\"name\":\"m\",\"ts\":3,\"value\":4}]";
    Decoded decoded = decoder.decode(null, json.getBytes(UTF_8));
    assertThat(decoded.usable()).extracting(Decoded.Entry::firstIndex).containsExactly(0, 2);
    assertThat(decoded.unusable())
        .singleElement()
        .satisfies(
            unusable -> {
              assertThat(unusable.reason()).isEqualTo(RejectReason.INVALID);
              assertThat(unusable.detail()).startsWith("sample 1: ");
              assertThat(unusable.payload()).isEqualTo(json.getBytes(UTF_8));
            });
  }

  @Test
  void aBadSeriesLeavesTheOthersOfItsBatchUsable() {
    SampleBatch batch =
        SampleBatch.newBuilder()
            .setFormatVersion(1)
            .addSeries(proto(Series.newBuilder()).addTimestamps(1).addValues(1))
            .addSeries(proto(Series.newBuilder().setName("m")).addTimestamps(1))
            .addSeries(
                proto(
                        Series.newBuilder()
                            .setName("m")
                            .addTags(Tag.newBuilder().setKey("a"))
                            .addTags(Tag.newBuilder().setKey("a")))
                    .addTimestamps(1)
                    .addValues(1))
            .addSeries(proto(Series.newBuilder().setName("m").setTypeValue(9)))
            .addSeries(proto(Series.newBuilder().setName("m").setSlots(-1)))
            .addSeries(proto(Series.newBuilder().setName("x".repeat(600))))
            .addSeries(proto(Series.newBuilder().setName("good")).addTimestamps(1).addValues(1))
            .build();
    Decoded decoded = decoder.decode(PROTOBUF, batch.toByteArray());
    assertThat(decoded.usable()).hasSize(1);
    assertThat(decoded.usable().get(0).firstIndex()).isEqualTo(3);
    assertThat(decoded.unusable())
        .extracting(Decoded.Unusable::detail)
        .containsExactly(
            "name: is missing; a series needs a name or a metric_id",
            "values: must be as many as timestamps, got 0 for 1",
            "tags: a key is given twice",
            "type: must be a known type, got 9",
            "slots: must be at most 2147483647",
            "name: may have at most 512 bytes in UTF-8 (ingest.max-name-bytes), got 600");
  }

  @Test
  void recordsThatAreNoSamplesAreMalformed() {
    assertMalformed(null, null, "value is missing");
    assertMalformed(null, new byte[0], "value is missing");
    assertMalformed(null, new byte[] {8, 1}, "content-type header is missing");
    assertMalformed("text/plain", new byte[] {1}, "unknown content-type \"text/plain\"");
    assertMalformed(PROTOBUF, new byte[] {(byte) 0xFF, 1, 2}, "malformed Protocol Buffers");
    assertMalformed(
        PROTOBUF, SampleBatch.newBuilder().setFormatVersion(4).build().toByteArray(), "version 4");
    assertMalformed(
        null,
        "{".getBytes(UTF_8),
        "malformed JSON at line 1, column 2: Unexpected end-of-input: expected close marker for"
            + " Object (start marker at line 1, column 1)");
    assertMalformed(
        null,
        "{\"type\":\"gauge\",\"ts\":1,\"value\":NaN}".getBytes(UTF_8),
        "Non-standard token 'NaN'");
    assertMalformed(null, "{\"a\":".repeat(20).getBytes(UTF_8), "maximum allowed (16)");
    byte[] startsLikeAnOddUtf32 = {0, 0, 1, 0};
    assertMalformed("application/json", startsLikeAnOddUtf32, "malformed JSON");
    byte[] noCharacter = {0, 0, 0, '[', 0x7F, 0, 0, 0};
    assertMalformed("application/json", noCharacter, "malformed JSON");
  }

  @Test
  void aRecordHoldsABoundedNumberOfSamples() {
    SeriesSamples most =
        new SeriesSamples(
            GAUGE, new long[RecordEncoder.MAX_SAMPLES], new double[RecordEncoder.MAX_SAMPLES]);
    assertThatCode(() -> decoder.decode(PROTOBUF, RecordEncoder.encode(List.of(most))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> RecordEncoder.encode(List.of(most, samples(GAUGE, 1))))
        .isInstanceOf(IllegalArgumentException.class);
    String element = "{\"name\":\"m\",\"ts\":1,\"value\":2},";
    String json = "[" + element.repeat(RecordEncoder.MAX_SAMPLES) + element + "{}]";
    assertMalformed(null, json.getBytes(UTF_8), "at most 65536 samples");
  }

  @Property
  void anyBytesAreDecodedOrRefused(@ForAll byte[] bytes, @ForAll boolean json) {
    try {
      decoder.decode(json ? "application/json" : PROTOBUF, bytes);
    } catch (MalformedRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Property
  void aDamagedBatchIsDecodedOrRefused(@ForAll int position, @ForAll byte damage) {
    byte[] record =
        RecordEncoder.encode(
            List.of(
                samples(GAUGE, 1, 2),
                samples(COUNTER, 3),
                samples(host("idle", "a"), 3),
                samples(host("user", "a"), 3)));
    record[Math.floorMod(position, record.length)] = damage;
    anyBytesAreDecodedOrRefused(record, false);
  }

  private void assertMalformed(String contentType, byte[] value, String message) {
    assertThatThrownBy(() -> decoder.decode(contentType, value))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(message);
  }

  private static dev.annulus.wire.proto.SeriesSamples.Builder proto(Series.Builder series) {
    return dev.annulus.wire.proto.SeriesSamples.newBuilder().setSeries(series);
  }

  private static dev.annulus.wire.proto.SeriesSamples.Builder sibling(String name) {
    return dev.annulus.wire.proto.SeriesSamples.newBuilder().setSibling(name);
  }

  private static SeriesSpec host(String name, String host) {
    return SeriesSpec.of(SeriesKey.of(name, Map.of("host", host)), MetricType.GAUGE);
  }

  /** Samples at times in seconds. */
  private static SeriesSamples samples(SeriesSpec spec, long... seconds) {
    return new SeriesSamples(
        spec,
        Arrays.stream(seconds).map(Times::millis).toArray(),
        Arrays.stream(seconds).mapToDouble(ts -> 2 * ts).toArray());
  }

  /** Samples of any times and any values. */
  private static SeriesSamples exact(SeriesSpec spec, long[] times, double... values) {
    return new SeriesSamples(spec, times, values);
  }
}
