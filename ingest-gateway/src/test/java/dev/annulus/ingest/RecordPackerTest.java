package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.Decoded;
import dev.annulus.wire.EncodedSeries;
import dev.annulus.wire.RecordDecoder;
import dev.annulus.wire.RecordEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** From samples in any order to records and back. */
class RecordPackerTest {
  private static final int MAX_BYTES = 400;

  @Property(tries = 300)
  void recordsHoldEverySampleInTheOrderOfItsSeriesAndKeepTheirLimit(
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 30) Integer> seriesOfSamples) {
    SampleBatch batch = new SampleBatch();
    Map<String, List<Double>> expected = new TreeMap<>();
    for (int i = 0; i < seriesOfSamples.size(); i++) {
      // Encoded anew each time: the same series, not the same object.
      SeriesSpec series = series(seriesOfSamples.get(i));
      batch.add(EncodedSeries.of(series), i, i);
      expected.computeIfAbsent(series.partitionKey(), key -> new ArrayList<>()).add((double) i);
    }
    List<RecordPacker.Packed> records = pack(batch, MAX_BYTES);
    assertThat(records).allMatch(record -> record.value().length <= MAX_BYTES);
    assertThat(read(records)).isEqualTo(expected);
  }

  @Property(tries = 100)
  void whatIsTruncatedIsGone(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 0, max = 5) Integer> seriesOfSamples,
      @ForAll @IntRange(min = 0, max = 50) int kept) {
    SampleBatch batch = new SampleBatch();
    seriesOfSamples.forEach(number -> batch.add(EncodedSeries.of(series(number)), 1, 1));
    int size = Math.min(kept, batch.size());
    batch.truncate(size);
    long count = read(pack(batch, MAX_BYTES)).values().stream().mapToLong(List::size).sum();
    assertThat(count).isEqualTo(size);
  }

  @Test
  void aLongSeriesIsCutWhereARecordIsFull() {
    SampleBatch batch = new SampleBatch();
    EncodedSeries series = EncodedSeries.of(series(1));
    int samples = RecordEncoder.MAX_SAMPLES + 10;
    for (int i = 0; i < samples; i++) {
      batch.add(series, i, i);
    }
    List<RecordPacker.Packed> records = pack(batch, 100 << 20);
    assertThat(records).hasSize(2);
    assertThat(records).allMatch(record -> new String(record.key()).equals("m1{host=\"h0\"}"));
    assertThat(read(records).get("m1{host=\"h0\"}")).hasSize(samples);
  }

  @Test
  void onlyARecordOfOneSeriesHasAKey() {
    SampleBatch batch = new SampleBatch();
    batch.add(EncodedSeries.of(series(1)), 1, 1);
    batch.add(EncodedSeries.of(series(2)), 1, 1);
    assertThat(pack(batch, 100_000)).singleElement().satisfies(r -> assertThat(r.key()).isNull());
  }

  private static List<RecordPacker.Packed> pack(SampleBatch batch, int maxBytes) {
    RecordPacker packer = new RecordPacker(0, maxBytes, 64);
    batch.forEachSeries(packer::add);
    return packer.finish();
  }

  private static Map<String, List<Double>> read(List<RecordPacker.Packed> records) {
    RecordDecoder decoder = new RecordDecoder(SampleRules.DEFAULT);
    Map<String, List<Double>> found = new TreeMap<>();
    for (RecordPacker.Packed record : records) {
      for (Decoded.Entry entry :
          decoder.decode("application/x-protobuf", record.value()).usable()) {
        SeriesSamples samples = entry.samples();
        for (double value : samples.values()) {
          found
              .computeIfAbsent(samples.series().partitionKey(), key -> new ArrayList<>())
              .add(value);
        }
      }
    }
    return found;
  }

  private static SeriesSpec series(int number) {
    return SeriesSpec.of(
        SeriesKey.of("m" + number, Map.of("host", "h" + number / 4)),
        number / 2 % 2 == 0 ? MetricType.COUNTER : MetricType.GAUGE);
  }
}
