package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many laps of every ring: everything on disk stops growing, and then nothing works any more. */
@Tag("long")
class PlateauIT {
  private static final int SERIES = 100;
  private static final int SLOTS = 2_000;
  private static final int LAPS = 30;
  private static final int BODY_SAMPLES = 20_000;
  private static final long START = 1_700_000_000L;
  private static final long MIB = 1 << 20;
  // One lap is 200,000 records of 34 bytes: eight laps that nobody clears away do not fit in.
  private static final long SAWTOOTH = 16 * MIB;
  private static final int CHECKPOINTS = 20;
  private static final Duration LOOK = Duration.ofSeconds(5);

  @TempDir private Path directory;

  @Test
  void manyLapsThenSilence() throws Exception {
    try (Annulus annulus =
        new Annulus(
                directory,
                "--set",
                "kafka.log.keep=16MiB",
                "--set",
                "store.write-buffer-bytes=2MiB")
            .start()) {
      List<Long> store = new ArrayList<>();
      for (int lap = 0; lap < LAPS; lap++) {
        writeLap(annulus.api(), lap);
        store.add(bytesOf(annulus.dataDir().resolve("store")));
        System.out.printf("lap %d: store %d KiB%n", lap + 1, store.get(lap) >> 10);
      }
      // What is superseded is merged away now and then, so tops are compared with tops.
      long before = Collections.max(store.subList(LAPS / 3, 2 * LAPS / 3));
      long after = Collections.max(store.subList(2 * LAPS / 3, LAPS));
      assertThat(after).as("the store after %d more laps", LAPS / 3).isLessThan(before + SAWTOOTH);
      for (int series : new int[] {0, SERIES / 2, SERIES - 1}) {
        assertThat(annulus.api().samples("s" + series))
            .hasSize(SLOTS)
            .containsKey(START + (long) LAPS * SLOTS - 1);
      }

      Path rejected = log(annulus, "samples.rejected-0");
      poison(annulus, 3_000);
      // 64 MiB are kept, in files of 16 MiB, and what comes between two looks of the broker.
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> bytesOf(rejected) < (64 + 2 * 16) * MIB);
      // 16 MiB are kept, in files of 32 MiB.
      Path samples = log(annulus, "samples-0");
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> bytesOf(samples) < (16 + 2 * 32) * MIB);
      // The job's offsets, committed once a second for ever, and what the broker knows of itself.
      long others =
          bytesOf(annulus.dataDir().resolve("kafka")) - bytesOf(rejected) - bytesOf(samples);
      System.out.printf("the broker's own: %d KiB%n", others >> 10);
      assertThat(others).isLessThan(4 * MIB);
      awaitIdle(annulus.process());
    }
  }

  @Test
  void aClusterKeepsOneCheckpoint() throws Exception {
    try (Processes processes = new Processes(directory).startWithoutSink();
        FlinkCluster flink = new FlinkCluster(directory.resolve("flink"))) {
      flink.job(processes.jobArguments(Processes.GROUP, 2), "");
      flink.start();
      Ledger ledger = new Ledger();
      try (Load load = new Load(processes.api(), ledger, new Random(1), "c_", 2)) {
        for (int i = 0; i < CHECKPOINTS; i++) {
          long before = flink.completedCheckpoints();
          Awaitility.await()
              .atMost(Duration.ofMinutes(1))
              .until(() -> flink.completedCheckpoints() > before);
          // One, the next one while it is written, and the one before while it is deleted.
          assertThat(flink.checkpointsOnDisk()).isBetween(1L, 3L);
        }
        load.awaitMore(1_000);
      }
      ledger.verify(processes.api());
      long bytes = bytesOf(flink.checkpoints());
      System.out.printf("checkpoints: %d KiB%n", bytes >> 10);
      assertThat(bytes).isLessThan(MIB);
    }
  }

  private static void writeLap(Api api, int lap) throws IOException {
    String token = "";
    int each = BODY_SAMPLES / SERIES;
    for (int from = 0; from < SLOTS; from += each) {
      List<String> lines = new ArrayList<>();
      for (int series = 0; series < SERIES; series++) {
        for (int i = from; i < from + each; i++) {
          long ts = START + (long) lap * SLOTS + i;
          lines.add(
              "{\"name\":\"s%d\",\"ts\":%d,\"value\":%d,\"slots\":%d}"
                  .formatted(series, ts, lap * i, SLOTS));
        }
      }
      String body = "[" + String.join(",", lines) + "]";
      token = api.json(api.post("/ingest/gauge", body)).get("token").asText();
    }
    api.awaitVisible(token);
  }

  /** Records of 100 kB that are no samples and do not compress. */
  private static void poison(Annulus annulus, int records) throws Exception {
    Random random = new Random(1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", annulus.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      Future<RecordMetadata> last = null;
      for (int i = 0; i < records; i++) {
        byte[] record = new byte[100_000];
        random.nextBytes(record);
        last = producer.send(new ProducerRecord<>("samples", record));
      }
      long offset = last.get().offset();
      annulus.api().awaitVisible("0-" + (offset + 1));
    }
  }

  /** Within a minute, less than a tenth of one processor. */
  private static void awaitIdle(AnnulusProcess process) {
    Awaitility.await("idle")
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              Duration before = process.cpuTime();
              Fault.last(LOOK);
              Duration used = process.cpuTime().minus(before);
              System.out.printf("%d ms of cpu in %s%n", used.toMillis(), LOOK);
              return used.compareTo(LOOK.dividedBy(10)) < 0;
            });
  }

  private static Path log(Annulus annulus, String partition) throws IOException {
    try (Stream<Path> files = Files.walk(annulus.dataDir().resolve("kafka"))) {
      return files.filter(file -> file.endsWith(partition)).findFirst().orElseThrow();
    }
  }

  /** What a directory occupies: Kafka's indexes are long files with little in them. */
  private static long bytesOf(Path directory) throws Exception {
    Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
    String kib = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    du.waitFor();
    return Long.parseLong(kib.substring(0, kib.indexOf('\t'))) << 10;
  }
}
