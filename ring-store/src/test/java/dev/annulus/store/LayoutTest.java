package dev.annulus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.Tag;
import dev.annulus.model.Times;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The bytes that {@code LAYOUT.md} describes. A change here is a new format version. */
class LayoutTest {
  private final Keys keys = new Keys(new byte[0]);

  @Test
  void keysAreTuples() {
    SeriesKey series = SeriesKey.of("m", Map.of("b", "2", "a", "1"));
    assertThat(hex(keys.ring(7).slot(0))).isEqualTo("1501150714");
    assertThat(hex(keys.ring(300).slot(300))).isEqualTo("150116012c16012c");
    assertThat(hex(keys.metric(7))).isEqualTo("15021507");
    assertThat(hex(keys.counter(7))).isEqualTo("15031507");
    assertThat(hex(keys.series(series))).isEqualTo("1505026d0005026100023100026200023200" + "00");
    assertThat(hex(keys.idSequence())).isEqualTo("1506");
    assertThat(hex(keys.dashboard("d"))).isEqualTo("1507026400");
    assertThat(hex(keys.tag("k", "v", 7))).isEqualTo("1508026b000276001507");
    assertThat(hex(keys.position(2))).isEqualTo("150902706f736974696f6e001502");
    assertThat(hex(keys.blocks(7).slot(300))).isEqualTo("1504150716012c");
    assertThat(hex(keys.journal(2, 300))).isEqualTo("150a150216012c");
    assertThat(hex(keys.head(2))).isEqualTo("150902686561640" + "01502");
    assertThat(hex(keys.flushed(2))).isEqualTo("150902666c7573686564001502");
    assertThat(hex(keys.goneRing(7))).isEqualTo("150902676f6e65001507");
    assertThat(hex(keys.goneCounter(7))).isEqualTo("150902676f6e652d636f756e746572001507");
    assertThat(hex(new Keys(new byte[] {9}).metric(7))).isEqualTo("0915021507");
  }

  @Test
  void keysReadBack() {
    Keys prefixed = new Keys(new byte[] {1, 2, 3});
    SeriesKey series = SeriesKey.of("m", Map.of("b", "2", "a", "ä"));
    assertThat(prefixed.seriesOfKey(prefixed.series(series))).isEqualTo(series);
    assertThat(prefixed.metricIdOf(prefixed.metric(77))).isEqualTo(77);
    assertThat(prefixed.tagOf(prefixed.tag("k", "v", 5)).metricId()).isEqualTo(5);
    assertThat(prefixed.slugOf(prefixed.dashboard("x"))).isEqualTo("x");
    assertThat(prefixed.partitionOf(prefixed.position(3))).isEqualTo(3);
    assertThat(prefixed.reslotMetricIdOf(prefixed.reslot(3))).isEqualTo(3);
  }

  @Property
  void tagKeysReadBackWhateverTheTextsAre(
      @ForAll @Size(max = 3) byte[] prefix,
      @ForAll("texts") String key,
      @ForAll("texts") String value,
      @ForAll @LongRange(min = 0, max = (1L << 32) - 1) long id) {
    Keys some = new Keys(prefix);
    byte[] entry = some.tag(key, value, id);

    assertThat(some.tagOf(entry)).isEqualTo(new Keys.TagEntry(new Tag(key, value), id));
    assertThat(some.runOf(entry, true))
        .usingRecursiveComparison()
        .isEqualTo(some.tagged(key, value));
    assertThat(some.runOf(entry, false)).usingRecursiveComparison().isEqualTo(some.tagKey(key));
  }

  @Property
  void seriesKeysReadBackWhateverTheTextsAre(
      @ForAll @Size(max = 3) byte[] prefix,
      @ForAll("texts") String name,
      @ForAll @Size(max = 4) Map<@From("texts") String, @From("texts") String> tags) {
    SeriesKey series =
        new SeriesKey(
            name,
            tags.entrySet().stream().map(tag -> new Tag(tag.getKey(), tag.getValue())).toList());
    Keys some = new Keys(prefix);

    assertThat(some.seriesOfKey(some.series(series))).isEqualTo(series);
  }

  /** Any Unicode, with more zero bytes than chance would give. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Integer> points =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
    return Arbitraries.oneOf(points, Arbitraries.of(0, 1, 0xFF, 0x61))
        .list()
        .ofMaxSize(8)
        .map(
            list -> {
              StringBuilder text = new StringBuilder();
              list.forEach(text::appendCodePoint);
              return text.toString();
            });
  }

  @Property
  void slotKeysAreTheTuplesTheyStandFor(
      @ForAll @LongRange(min = 0, max = 1L << 34) long ringId,
      @ForAll @IntRange(min = 0) int slot) {
    assertThat(keys.ring(ringId).slot(slot)).isEqualTo(Tuple.from(1, ringId, slot).pack());
  }

  @Test
  void aSampleRecordIs24Bytes() {
    long tsMillis = 0x0102030405L * 1_000 + 999;
    byte[] record = SampleRecord.encode(tsMillis, SampleRecord.sequence(1, 2), 1.5);
    assertThat(hex(record)).isEqualTo("000000010203040500000000000100023ff8000000000000");
  }

  @Property
  void theLaterSampleIsTheLargerRecord(
      @ForAll @LongRange(min = 0) long ts,
      @ForAll @LongRange(min = 0) long otherTs,
      @ForAll @LongRange(min = 0, max = 1L << 46) long offset,
      @ForAll @LongRange(min = 0, max = 1L << 46) long otherOffset,
      @ForAll @IntRange(min = 0, max = 65_535) int position,
      @ForAll double value,
      @ForAll double otherValue) {
    byte[] a = SampleRecord.encode(ts, SampleRecord.sequence(offset, position), value);
    byte[] b = SampleRecord.encode(otherTs, SampleRecord.sequence(otherOffset, 7), otherValue);
    int expected = Long.compare(Times.seconds(ts), Times.seconds(otherTs));
    if (expected == 0) {
      expected = Long.compare(offset, otherOffset);
    }
    if (expected == 0) {
      expected = Integer.compare(position, 7);
    }
    if (expected != 0) {
      assertThat(Integer.signum(Arrays.compareUnsigned(a, b))).isEqualTo(expected);
    }
  }

  @Test
  void aCounterStateIs32Bytes() {
    CounterState state = new CounterState(5_000, 1, 2.5, -1);
    assertThat(hex(state.encodeSeconds()))
        .isEqualTo("000000000000000500000000000000014004000000000000bff0000000000000");
    assertThat(CounterState.decodeSeconds(state.encodeSeconds())).isEqualTo(state);
    CounterState increments = new CounterState(5_000, 7, (3 << 16) | 2, 1, 2.5, -1);
    assertThat(hex(increments.encodeSeconds()))
        .isEqualTo(
            "0000000000000005"
                + "80000007"
                + "0000000000030002"
                + "0000000000000001"
                + "4004000000000000"
                + "bff0000000000000");
    assertThat(CounterState.decodeSeconds(increments.encodeSeconds())).isEqualTo(increments);
    assertThat(hex(increments.encodeSeconds())).isGreaterThan(hex(state.encodeSeconds()));
  }

  @Test
  void aCounterStateBesideBlocksIsInMilliseconds() {
    CounterState state = new CounterState(5_000, 1, 2.5, -1);
    assertThat(hex(state.encodeMillis()))
        .isEqualTo("000000000000138800000000000000014004000000000000bff0000000000000");
    assertThat(CounterState.decodeMillis(state.encodeMillis())).isEqualTo(state);
  }

  /** Older versions of layout 2 wrote whole seconds, and nanoseconds within the second. */
  @Test
  void theStateOfIncrementsSaysTheSameInAllForms() {
    CounterState exact = new CounterState(5_123, 456_789, Long.MAX_VALUE, 0, 7, 7);
    assertThat(CounterState.decodeMillis(exact.encodeMillis())).isEqualTo(exact);
    assertThat(CounterState.decodeSeconds(exact.encodeSeconds())).isEqualTo(exact);
    byte[] older = exact.encodeSeconds();
    ByteBuffer.wrap(older).putLong(0, 5_000);
    assertThat(CounterState.decodeMillis(older)).isEqualTo(exact);
    assertThat(hex(older)).startsWith("0000000000001388" + "875bcd15" + "7fffffffffffffff");
    assertThat(exact.isBefore(5_123, 456_789)).isFalse();
    assertThat(exact.isBefore(5_123, 456_790)).isTrue();
    CounterState fine = new CounterState(5_001, 1, 2.5, -1);
    assertThat(fine.fitsSeconds()).isFalse();
    assertThat(CounterState.decodeMillis(fine.encodeMillis())).isEqualTo(fine);
  }

  @Test
  void aMetricWhoseStepIsNoWholeSecondsHasARecordOfItsOwnFormat() {
    Metric fine =
        new Metric(
            7,
            SeriesKey.of("m"),
            MetricType.GAUGE,
            new Ring(7, new RingGeometry(250, 10)),
            new Ring(1L << 33, RingGeometry.ofSeconds(2, 3)),
            0,
            LogOffsets.NONE,
            false);
    assertThat(hex(MetricRecord.encode(fine)))
        .isEqualTo(
            "1502"
                + "14"
                + "15fa"
                + "150a"
                + "1507"
                + "026d00"
                + "0500"
                + "14"
                + "05"
                + "190200000000"
                + "1607d0"
                + "1503"
                + "00"
                + "0500"
                + "26");
    assertThat(MetricRecord.decode(7, MetricRecord.encode(fine))).isEqualTo(fine);
  }

  @Test
  void aMarkOfAClearedRingIsATuple() {
    assertThat(hex(GoneMark.ALL.encode())).isEqualTo("14");
    GoneMark before = new GoneMark(false, Map.of(0, 300L, 2, 1L));
    assertThat(hex(before.encode())).isEqualTo("15011416012c15021501");
    assertThat(GoneMark.decode(before.encode())).isEqualTo(before);
    assertThat(GoneMark.decode(GoneMark.ALL.encode())).isEqualTo(GoneMark.ALL);
    assertThat(before.voids(0, 299)).isTrue();
    assertThat(before.voids(0, 300)).isFalse();
    assertThat(before.voids(1, 0)).isFalse();
    assertThatThrownBy(() -> GoneMark.decode(new byte[] {1})).isInstanceOf(StoreException.class);
  }

  @Test
  void aMetricRecordReadsBack() {
    Metric plain =
        new Metric(
            7,
            SeriesKey.of("m", Map.of("host", "a")),
            MetricType.COUNTER,
            new Ring(7, RingGeometry.ofSeconds(5, 10)),
            null,
            1_700_000_000,
            LogOffsets.NONE,
            false);
    assertThat(hex(MetricRecord.encode(plain)))
        .isEqualTo(
            "1501"
                + "1501"
                + "1505"
                + "150a"
                + "1507"
                + "026d00"
                + "0502686f7374000261"
                + "0000"
                + "186553f100"
                + "0500"
                + "0500"
                + "26");
    assertThat(MetricRecord.decode(7, MetricRecord.encode(plain))).isEqualTo(plain);
    Metric owned =
        new Metric(
            7,
            plain.key(),
            plain.type(),
            false,
            plain.ring(),
            null,
            plain.createdAt(),
            LogOffsets.NONE,
            false,
            "t");
    assertThat(hex(MetricRecord.encode(owned)))
        .isEqualTo(hex(MetricRecord.encode(plain)) + "027400");
    assertThat(MetricRecord.decode(7, MetricRecord.encode(owned))).isEqualTo(owned);
    Metric inferred =
        new Metric(
            7,
            plain.key(),
            plain.type(),
            true,
            plain.ring(),
            null,
            plain.createdAt(),
            LogOffsets.NONE,
            false,
            "");
    assertThat(hex(MetricRecord.encode(inferred)))
        .isEqualTo(hex(MetricRecord.encode(plain)) + "020027");
    assertThat(MetricRecord.decode(7, MetricRecord.encode(inferred))).isEqualTo(inferred);
    assertThat(owned.withSharedCounter().withLogFloor(LogOffsets.NONE).owner()).isEqualTo("t");
    assertThat(owned.withRings(owned.ring(), null).owner()).isEqualTo("t");
    Metric full =
        new Metric(
            7,
            plain.key(),
            MetricType.GAUGE,
            plain.ring(),
            new Ring(1L << 33, RingGeometry.ofSeconds(1, 1)),
            0,
            new LogOffsets(1, 0, 1L << 40),
            true);
    assertThat(MetricRecord.decode(7, MetricRecord.encode(full))).isEqualTo(full);
  }

  @Property
  void aDamagedMetricRecordIsReported(@ForAll byte[] bytes) {
    try {
      MetricRecord.decode(1, bytes);
    } catch (StoreException e) {
      assertThat(e.kind()).isIn(StoreException.Kind.CORRUPT, StoreException.Kind.UNUSABLE);
    }
  }

  @Test
  void aShortValueIsReported() {
    assertThatThrownBy(() -> CounterState.decodeMillis(new byte[31]))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> DeletionMark.decode(new byte[] {1}))
        .isInstanceOf(StoreException.class);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
