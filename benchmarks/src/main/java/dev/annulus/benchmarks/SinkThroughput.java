package dev.annulus.benchmarks;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.LogLimits;
import dev.annulus.broker.TopicSpec;
import dev.annulus.embedded.EmbeddedStore;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.sink.LocalRingSink;
import dev.annulus.sink.SharedStore;
import dev.annulus.sink.SinkConfig;
import dev.annulus.store.BlockConfig;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import dev.annulus.wire.ContentType;
import dev.annulus.wire.RecordEncoder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Throughput from the topic to the embedded store: fills the topic, then starts the job and
 * measures the time until all samples are in the rings. The broker runs in the same process.
 *
 * <p>Arguments: total samples, series, series per record, samples per series and record.
 */
public final class SinkThroughput {
  private static final int SLOTS = 3_600;

  private SinkThroughput() {}

  /** Runs the measurement once and prints a line. */
  public static void main(String[] args) throws Exception {
    long samples = argument(args, 0, 20_000_000);
    int seriesCount = (int) argument(args, 1, 10_000);
    int seriesPerRecord = (int) argument(args, 2, 500);
    int samplesPerSeries = (int) argument(args, 3, 1);
    Path directory = Files.createTempDirectory("annulus-throughput");
    LogLimits log = LogLimits.laptop().withRetentionBytes(8L << 30);
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(BrokerConfig.in(directory.resolve("kafka")).withLog(log));
        EmbeddedEngine engine = EmbeddedStore.open(EmbeddedConfig.in(directory.resolve("store")))) {
      broker.ensureTopics(List.of(TopicSpec.of("samples", 1), TopicSpec.of("samples.rejected", 1)));
      Series series = new Series(seriesCount, 1, SLOTS);
      long records = fill(broker, series, samples, seriesPerRecord, samplesPerSeries);
      RingStore store =
          RingStore.open(engine, StoreConfig.DEFAULT.withBlocks(asStandalone())).join();
      SharedStore.put("benchmark", store);
      SinkConfig config = SinkConfig.of(broker.bootstrapServers());
      try (LocalRingSink job =
          LocalRingSink.start(config, new SharedStore("benchmark"), new Configuration())) {
        report(store, records, samples / records, engine, job);
      }
    }
  }

  private static BlockConfig asStandalone() {
    BlockConfig blocks = BlockConfig.DEFAULT;
    return blocks.flushingAt(BlockConfig.EMBEDDED_TAIL_BYTES, blocks.flushAfter());
  }

  private static long argument(String[] args, int i, long defaultValue) {
    return args.length > i ? Long.parseLong(args[i]) : defaultValue;
  }

  private static long fill(
      EmbeddedBroker broker, Series series, long samples, int perRecord, int perSeries)
      throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    long records = samples / ((long) perRecord * perSeries);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      int first = 0;
      long ts = 1_700_000_000L;
      for (long i = 0; i < records; i++) {
        byte[] value = RecordEncoder.encode(series.batch(first, perRecord, ts, perSeries));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("samples", value);
        record
            .headers()
            .add(
                ContentType.HEADER,
                ContentType.PROTOBUF.mediaType().getBytes(StandardCharsets.UTF_8));
        producer.send(record);
        first += perRecord;
        if (first + perRecord > series.count()) {
          first = 0;
          ts += perSeries;
        }
      }
      producer.flush();
    }
    return records;
  }

  private static void report(
      RingStore store, long records, long perRecord, EmbeddedEngine engine, LocalRingSink job)
      throws InterruptedException {
    long warm = records / 5;
    while (position(store) < warm) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    long start = System.nanoTime();
    long cpu = cpuNanos();
    long from = position(store);
    while (position(store) < records) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long written = (records - from) * perRecord;
    System.out.printf(
        "samples=%d seconds=%.2f samples/s=%.0f cpu_us/sample=%.3f store_bytes=%d job=%s%n",
        written,
        seconds,
        written / seconds,
        (cpuNanos() - cpu) / 1e3 / written,
        engine.sizeBytes(),
        job.problem().orElse("runs"));
  }

  private static long position(RingStore store) {
    return store.positions().read().join().getOrDefault(0, 0L);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
