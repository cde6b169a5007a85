package dev.annulus.wire;

import static dev.annulus.wire.RecordSamples.COUNTER;
import static dev.annulus.wire.RecordSamples.GAUGE;
import static dev.annulus.wire.RecordSamples.PROTOBUF;
import static dev.annulus.wire.RecordSamples.host;
import static dev.annulus.wire.RecordSamples.proto;
import static dev.annulus.wire.RecordSamples.samples;
import static dev.annulus.wire.RecordSamples.sibling;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import dev.annulus.wire.proto.Tag;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is wrong with a record is told, and the rest of it is read. */
class MalformedRecordTest {
  private final RecordDecoder decoder = new RecordDecoder(SampleRules.DEFAULT);

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
}
