package dev.annulus.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.wire.ContentType;
import dev.annulus.wire.RecordEncoder;
import dev.annulus.wire.RejectedRecord;
import dev.annulus.wire.SourceHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What the job does with records, on a real store and whatever Kafka a subclass names. */
abstract class RingSinkContract extends RingSinkFixture {
  @Test
  void aJsonRecordOfAnyProducerShowsUp() throws Exception {
    long now = Instant.now().getEpochSecond();
    send(
        null,
        ("{\"name\":\"console\",\"type\":\"gauge\",\"ts\":" + now + ",\"value\":21.5}")
            .getBytes(UTF_8),
        null);
    await().atMost(LIMIT).until(() -> ring("console").equals(Map.of(now, 21.5)));
  }

  @Test
  void aBatchOfSeveralSeriesIsWrittenWhole() throws Exception {
    List<SeriesSamples> batch = new ArrayList<>();
    for (int s = 0; s < 50; s++) {
      long[] timestamps = new long[100];
      double[] values = new double[100];
      for (int i = 0; i < 100; i++) {
        timestamps[i] = Times.millis(1000L + i);
        values[i] = s * i;
      }
      batch.add(new SeriesSamples(gauge("batch" + s), timestamps, values));
    }
    send(RecordEncoder.encode(batch));
    await().atMost(LIMIT).until(() -> positionReached(Map.of(0, 1L)));
    for (int s = 0; s < 50; s++) {
      assertThat(ring("batch" + s)).hasSize(100).containsEntry(1099L, s * 99.0);
    }
  }

  @Test
  void whatCannotBeUsedIsRejectedWithItsReasonAndTheRestFlowsOn() throws Exception {
    send(RecordEncoder.encode(List.of(one(gauge("m"), 1, 1))));
    send(null, "{broken".getBytes(UTF_8), null);
    send(null, new byte[0], null);
    send(null, null, null);
    send(null, new byte[] {1, 2, 3}, null);
    send(null, new byte[] {1, 2, 3}, ContentType.PROTOBUF.mediaType());
    send(null, "[{\"name\":\"m\",\"ts\":2,\"value\":2},{\"nam\":\"m\"}]".getBytes(UTF_8), null);
    long future = Instant.now().getEpochSecond() + 100_000;
    send(RecordEncoder.encode(List.of(one(gauge("m"), future, 1))));
    send(RecordEncoder.encode(List.of(one(gauge("m"), -5, 1))));
    send(RecordEncoder.encode(List.of(one(SeriesSpec.deltasOf(SeriesKey.of("d")), 3, Double.NaN))));
    send(
        RecordEncoder.encode(
            List.of(one(SeriesSpec.of(SeriesKey.of("m"), MetricType.COUNTER), 3, 1))));
    send(RecordEncoder.encode(List.of(one(gauge("x".repeat(5000)), 3, 1))));
    send(RecordEncoder.encode(List.of(one(gauge("m"), 4, 4))));

    await().atMost(LIMIT).until(() -> ring("m").keySet().equals(java.util.Set.of(1L, 2L, 4L)));
    List<RejectedRecord> rejected = rejected(12);
    assertThat(rejected)
        .extracting(RejectedRecord::reason)
        .containsExactlyInAnyOrder(
            "malformed",
            "malformed",
            "malformed",
            "malformed",
            "malformed",
            "invalid",
            "future",
            "invalid",
            "invalid",
            "invalid",
            "type_conflict",
            "too_old");
    assertThat(rejected)
        .filteredOn(r -> r.reason().equals("type_conflict"))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.detail()).isEqualTo("m is a gauge, not a counter");
              assertThat(r.topic()).isEqualTo(topic);
              assertThat(r.offset()).isEqualTo(10);
              assertThat(r.payloadText()).contains("\"name\":\"m\"");
            });
  }

  @Test
  void samplesOlderThanTheirRingIsLongAreToldOfBySource() throws Exception {
    long now = Instant.now().getEpochSecond();
    for (int i = 0; i < 50; i++) {
      send(RecordEncoder.encode(List.of(one(gauge("m"), now - 7_200 - i, 1))));
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, 0, null, RecordEncoder.encode(List.of(one(gauge("m"), now - 4_000, 1))));
    record.headers().add(ContentType.HEADER, ContentType.PROTOBUF.mediaType().getBytes(UTF_8));
    record.headers().add(SourceHeader.NAME, "prometheus".getBytes(UTF_8));
    producer.send(record).get();
    send(RecordEncoder.encode(List.of(one(gauge("m"), now - 3_500, 1))));

    List<RejectedRecord> reports = rejected(2);
    assertThat(reports).extracting(RejectedRecord::reason).containsOnly("too_old");
    assertThat(reports)
        .filteredOn(report -> report.detail().contains(" by prometheus "))
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.samples()).isEqualTo(1);
              assertThat(report.detail()).contains("one of m that was", "in a ring of 3600 s");
            });
    assertThat(reports).anyMatch(report -> report.detail().contains(" by kafka "));
  }

  @Test
  void samplesThatLoseAgainstFutureOnesAreToldOf() throws Exception {
    long now = Instant.now().getEpochSecond();
    SeriesSpec series = new SeriesSpec(null, SeriesKey.of("short"), MetricType.GAUGE, 1_000L, 30);
    send(RecordEncoder.encode(List.of(one(series, now - 20, 1))));
    send(RecordEncoder.encode(List.of(one(series, now + 25, 2))));
    await().atMost(LIMIT).until(() -> ring("short").containsKey(now + 25));
    send(RecordEncoder.encode(List.of(one(series, now - 15, 3))));

    assertThat(rejected(1))
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.reason()).isEqualTo("overtaken");
              assertThat(report.samples()).isEqualTo(1);
              assertThat(report.detail())
                  .contains("one of short", "s in the future and a ring of 30 s");
            });
  }

  @Test
  void whatAProducerTakesBackIsNotStored() throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers(), "transactional.id", topic);
    try (KafkaProducer<byte[], byte[]> transactional =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      transactional.initTransactions();
      for (int i = 0; i < 6; i++) {
        transactional.beginTransaction();
        String json = "{\"name\":\"t\",\"type\":\"gauge\",\"ts\":%d,\"value\":1}".formatted(i);
        transactional.send(new ProducerRecord<>(topic, 0, null, json.getBytes(UTF_8))).get();
        if (i % 2 == 0) {
          transactional.commitTransaction();
        } else {
          transactional.abortTransaction();
        }
      }
    }
    send(RecordEncoder.encode(List.of(one(gauge("end"), 1, 1))));
    await().atMost(LIMIT).until(() -> ring("end").size() == 1);
    assertThat(ring("t").keySet()).isEqualTo(java.util.Set.of(0L, 2L, 4L));
  }

  /** The rules of a gateway may be laxer than the store is; the store has the last word. */
  @Test
  void aSeriesTheStoreCannotHoldIsRejectedByItself() throws Exception {
    job.close();
    SampleRules strict = SampleRules.DEFAULT;
    job =
        startJob(
            1,
            "lax-" + topic,
            new SampleRules(
                strict.allowedSkew(),
                strict.maxStep(),
                strict.maxSlots(),
                strict.maxNameBytes(),
                strict.maxTags(),
                strict.maxTagKeyBytes(),
                20_000,
                20_000));
    Map<String, String> tags = Map.of("a", "€".repeat(2_000), "b", "€".repeat(2_000));
    SeriesSpec tooLarge = SeriesSpec.of(SeriesKey.of("p", tags), MetricType.GAUGE);
    send(
        RecordEncoder.encode(
            List.of(one(gauge("m"), 1, 1), one(tooLarge, 2, 2), one(gauge("n"), 3, 3))));
    await().atMost(LIMIT).until(() -> ring("n").equals(Map.of(3L, 3.0)));
    assertThat(ring("m")).isEqualTo(Map.of(1L, 1.0));
    assertThat(rejected(2))
        .extracting(RejectedRecord::reason)
        .containsExactlyInAnyOrder("store_refused", "too_old");
    send(RecordEncoder.encode(List.of(one(gauge("m"), 4, 4))));
    await().atMost(LIMIT).until(() -> ring("m").size() == 2);
  }

  @Test
  void aRejectionTheTopicCannotHoldStopsNothing() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      ConfigResource rejected = new ConfigResource(ConfigResource.Type.TOPIC, topic + ".rejected");
      AlterConfigOp small =
          new AlterConfigOp(new ConfigEntry("max.message.bytes", "1500"), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(rejected, List.of(small))).all().get();
    }
    byte[] broken = new byte[100_000]; // nothing a compression could make small
    new Random(1).nextBytes(broken);
    broken[0] = '{';
    send(null, broken, null);
    send(RecordEncoder.encode(List.of(one(gauge("m"), Instant.now().getEpochSecond(), 1))));
    await().atMost(LIMIT).until(() -> ring("m").size() == 1);
    assertThat(rejected(1))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.reason()).isEqualTo("malformed");
              assertThat(r.payload()).isEmpty();
            });
  }

  @Test
  void aStartFromNothingLeavesTheSameRings() throws Exception {
    TreeMap<Long, Double> expected = new TreeMap<>();
    for (int i = 0; i < 500; i++) {
      send(RecordEncoder.encode(List.of(one(gauge("m"), i, i), one(counter("c"), i, i % 50))));
      expected.put((long) i, (double) i);
    }
    await().atMost(LIMIT).until(() -> positionReached(Map.of(0, 500L)));
    assertThat(ring("m")).isEqualTo(expected);
    long id = store.registry().find(SeriesKey.of("c")).join().orElseThrow().id();
    Optional<?> counter = store.counter(id).join();
    job.close();

    job = startJob(2, "another-group");
    send(RecordEncoder.encode(List.of(one(gauge("end"), 1, 1))));
    await().atMost(LIMIT).until(() -> positionReached(Map.of(0, 501L)));
    assertThat(ring("m")).isEqualTo(expected);
    assertThat(store.counter(id).join()).isEqualTo(counter);
  }

  @Test
  void aRestartGoesOnWhereItStopped() throws Exception {
    send(RecordEncoder.encode(List.of(one(gauge("m"), 1, 1))));
    await().atMost(LIMIT).until(() -> positionReached(Map.of(0, 1L)));
    job.close();
    send(RecordEncoder.encode(List.of(one(gauge("m"), 2, 2))));
    job = startJob(1);
    await().atMost(LIMIT).until(() -> ring("m").size() == 2);
  }
}
