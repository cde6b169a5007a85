package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fills up while samples come, by whatever way, and has room again later. */
class DiskReserveIT {
  private static final int DISK_MEBIBYTES = 256;
  private static final long MIB = 1 << 20;
  private static final String SAMPLE = "{\"name\":\"s\",\"ts\":1700000000,\"value\":1}";

  @TempDir private Path directory;

  @Test
  void samplesAreRefusedBeforeTheDiskIsFullAndTakenAgainWithoutARestart() throws Exception {
    Ledger ledger = new Ledger();
    Path data = directory.resolve("data");
    Annulus annulus =
        new Annulus(
            directory, "--set", "disk.reserve=64MiB", "--set", "store.write-buffer-bytes=4MiB");
    try (SmallDisk disk = SmallDisk.at(data, DISK_MEBIBYTES);
        annulus) {
      annulus.start();
      try (Load load = new Load(annulus.api(), ledger, new Random(1), "r_", 2)) {
        load.awaitMore(3_000);
        disk.fillUpTo(60 * MIB);
        HttpResponse<String> refused =
            Awaitility.await("samples are refused")
                .atMost(Duration.ofSeconds(10))
                .until(
                    () -> annulus.api().post("/ingest/gauge", SAMPLE),
                    response -> response.statusCode() == 503);
        assertThat(refused.body()).contains("disk_full");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        HttpResponse<String> ready = annulus.api().get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("disk").contains("disk.reserve");
        assertThat(annulus.api().get("/livez").statusCode()).isEqualTo(200);
        assertThat(annulus.api().get("/metrics?limit=1").statusCode()).isEqualTo(200);
        fillByKafka(annulus.bootstrapServers(), "all");
        fillByKafka(annulus.bootstrapServers(), "1");
        // What was acknowledged is stored all the same.
        annulus.api().awaitVisible(ledger.token());
        assertThat(disk.freeBytes()).isGreaterThan(40 * MIB);
        // It starts on such a disk, to be read.
        annulus.kill();
        disk.fillUpTo(50 * MIB);
        annulus.process().launch();
        Awaitility.await("reads after a start")
            .atMost(Duration.ofMinutes(2))
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> annulus.api().get("/metrics?limit=1").statusCode() == 200);
        Awaitility.await("the reserve is said after a start, too")
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> {
                  // The job reads on, and what it has stored leaves the log.
                  if (disk.freeBytes() > 60 * MIB) {
                    disk.fillUpTo(50 * MIB);
                  }
                  return annulus.api().get("/readyz").body().contains("disk.reserve");
                });

        disk.makeRoom();
        Awaitility.await("ready again")
            .atMost(Duration.ofSeconds(30))
            .until(() -> annulus.api().isReady());
        load.awaitMore(3_000);
      }
      ledger.verify(annulus.api());
      annulus.verifyBits();
      fineByKafka(annulus.bootstrapServers());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "1"})
  void aBrokerByItselfRefusesProducersBeforeItsDiskIsFull(String acks) throws Exception {
    int port = ChildProcess.freePort();
    Path data = directory.resolve("data");
    try (SmallDisk disk = SmallDisk.at(data, DISK_MEBIBYTES);
        AnnulusProcess broker =
            new AnnulusProcess(
                "broker",
                directory,
                "",
                List.of(
                    "--data-dir",
                    data.toString(),
                    "--kafka-port",
                    "" + port,
                    "--set",
                    "disk.reserve=64MiB"))) {
      broker.start();
      String address = "127.0.0.1:" + port;
      fillByKafka(address, acks);
      assertThat(disk.freeBytes()).isGreaterThan(40 * MIB);
      assertThat(broker.isReady()).isFalse();
      disk.fillUpTo(20 * MIB);
      fillByKafka(address, acks);
      assertThat(broker.isAlive()).isTrue();
      broker.stop();
      // What the log holds stays; a smaller reserve has room for more.
      disk.makeRoom();
      broker.arguments(
          List.of(
              "--data-dir",
              data.toString(),
              "--kafka-port",
              "" + port,
              "--set",
              "disk.reserve=1MiB"));
      broker.start();
      fineByKafka(address);
    }
  }

  /** Produces until nothing more is taken; fails if 512 MiB were. */
  private static void fillByKafka(String address, String acks) {
    byte[] record = new byte[256 << 10];
    new Random(7).nextBytes(record);
    try (KafkaProducer<byte[], byte[]> producer = producer(address, acks)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 2_048; i++) {
                  producer.send(new ProducerRecord<>("samples", record)).get(1, TimeUnit.MINUTES);
                }
              })
          .hasMessageMatching("(?s).*(KafkaStorage|Disk error|TimeoutException|Expiring).*");
      producer.close(Duration.ZERO);
    }
  }

  private static void fineByKafka(String address) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(address, "all")) {
      byte[] record =
          "{\"name\":\"direct\",\"type\":\"gauge\",\"ts\":1700000000,\"value\":1}"
              .getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>("samples", record)).get(1, TimeUnit.MINUTES);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String address, String acks) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            address,
            ProducerConfig.ACKS_CONFIG,
            acks,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            acks.equals("all"),
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            2_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            4_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
