package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.wire.proto.MetricType;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import dev.annulus.wire.proto.SeriesSamples;
import dev.annulus.wire.proto.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What every slot and every counter state must be, worked out from the topic alone, and as plainly
 * as the documents say it: record by record, sample by sample, without batches, caches or a store.
 * It knows what {@link Load} writes: each series through one partition, always with its geometry,
 * never deleted.
 */
final class LogModel {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Map<String, Expected> series = new TreeMap<>();
  private long records;

  private LogModel() {}

  /** Reads the topic {@code samples} from its start to its end. */
  static LogModel of(String bootstrapServers) {
    LogModel model = new LogModel();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "none"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor("samples").stream()
              .map(found -> new TopicPartition("samples", found.partition()))
              .toList();
      assertThat(consumer.beginningOffsets(partitions).values())
          .as("the log has everything")
          .containsOnly(0L);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(POLL).forEach(model::take);
      }
    }
    return model;
  }

  /** Fails unless an export holds exactly this, bit by bit. */
  void verify(Path export) throws IOException {
    Map<String, StoredBytes.Ring> stored = StoredBytes.read(export);
    assertThat(stored.keySet()).as("series").isEqualTo(series.keySet());
    long slots = 0;
    for (Map.Entry<String, Expected> one : series.entrySet()) {
      assertThat(stored.get(one.getKey()))
          .as("bytes of %s", one.getKey())
          .isEqualTo(one.getValue().bytes());
      slots += one.getValue().slots.size();
    }
    System.out.printf(
        "model: %d slots of %d series agree bit by bit with %d records%n",
        slots, series.size(), records);
  }

  static String name(String name, List<?> keysAndValues) {
    return name + keysAndValues;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    SampleBatch batch;
    try {
      batch = SampleBatch.parseFrom(record.value());
    } catch (IOException e) {
      throw new IllegalStateException("record " + record.offset(), e);
    }
    records++;
    int index = 0;
    IdentityHashMap<Expected, List<Sample>> counters = new IdentityHashMap<>();
    Series said = Series.getDefaultInstance();
    List<Long> timestamps = List.of();
    for (SeriesSamples samples : batch.getSeriesList()) {
      said =
          samples.hasSeries()
              ? samples.getSeries()
              : said.toBuilder().setName(samples.getSibling()).build();
      if (samples.getTimestampsCount() > 0) {
        timestamps = samples.getTimestampsList();
      } else if (samples.getTimestampsMsCount() > 0) {
        // What the store keeps in layout 1, and all that these loads send.
        timestamps = samples.getTimestampsMsList().stream().map(ms -> ms / 1_000).toList();
      }
      Series message = said;
      Expected expected = series.computeIfAbsent(name(message), name -> new Expected(message));
      expected.partition(record.partition());
      for (int i = 0; i < samples.getValuesCount(); i++) {
        Sample sample =
            new Sample(timestamps.get(i), record.offset() * 65_536 + index++, samples.getValues(i));
        expected.add(sample);
        if (expected.counter) {
          counters.computeIfAbsent(expected, e -> new ArrayList<>()).add(sample);
        }
      }
    }
    counters.forEach(Expected::count);
  }

  private static String name(Series message) {
    List<String> tags =
        message.getTagsList().stream()
            .sorted(Comparator.comparing(Tag::getKey))
            .flatMap(tag -> Stream.of(tag.getKey(), tag.getValue()))
            .collect(Collectors.toList());
    return name(message.getName(), tags);
  }

  /** A sample and its place in the log. */
  private record Sample(long ts, long sequence, double value) {
    boolean beats(Sample other) {
      return ts != other.ts ? ts > other.ts : sequence > other.sequence;
    }

    String bytes() {
      return HexFormat.of()
          .formatHex(
              ByteBuffer.allocate(24).putLong(ts).putLong(sequence).putDouble(value).array());
    }
  }

  /** One series. */
  private static final class Expected {
    private final long step;
    private final long length;
    private final boolean counter;
    private final TreeMap<Long, Sample> slots = new TreeMap<>();
    private int partition = -1;
    private boolean counted;
    private long lastTs;
    private long resets;
    private double increase;
    private double last;

    Expected(Series message) {
      step = message.hasStep() ? message.getStep() : 1;
      length = message.hasSlots() ? message.getSlots() : 3600;
      counter = message.getType() == MetricType.METRIC_TYPE_COUNTER;
    }

    void partition(int number) {
      assertThat(number).as("partition of a series").isEqualTo(partition < 0 ? number : partition);
      partition = number;
    }

    void add(Sample sample) {
      long slot = Math.floorMod(Math.floorDiv(sample.ts, step), length);
      slots.merge(slot, sample, (old, young) -> young.beats(old) ? young : old);
    }

    /** The samples of one record, in the order of time. */
    void count(List<Sample> samples) {
      samples.sort(Comparator.comparingLong(Sample::ts).thenComparingLong(Sample::sequence));
      for (Sample sample : samples) {
        if (counted && sample.ts <= lastTs) {
          continue;
        }
        if (counted && sample.value < last) {
          resets++;
          increase += sample.value;
        } else if (counted) {
          increase += sample.value - last;
        }
        counted = true;
        lastTs = sample.ts;
        last = sample.value;
      }
    }

    StoredBytes.Ring bytes() {
      TreeMap<Long, String> records = new TreeMap<>();
      slots.forEach((slot, sample) -> records.put(slot, sample.bytes()));
      return new StoredBytes.Ring(counter ? 1 : 0, step, length, records, counter ? state() : "");
    }

    private String state() {
      return HexFormat.of()
          .formatHex(
              ByteBuffer.allocate(32)
                  .putLong(lastTs)
                  .putLong(resets)
                  .putDouble(increase)
                  .putDouble(last)
                  .array());
    }
  }
}
