package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples that are late, early, broken, repeated or in the wrong order. */
class HostileSamplesIT {
  private static final int SLOTS = 1_000;
  private static final long NEWEST = 1_700_000_000L;

  private static final byte[] ODD_UTF_32 = {0, 0, 1, 0};
  private static final byte[] NO_PROTOBUF = {(byte) 0xff, (byte) 0xff, 0x7f, 3};

  @TempDir private static Path directory;
  private static Annulus annulus;
  private static Api api;

  @BeforeAll
  static void start() {
    annulus = new Annulus(directory).start();
    api = annulus.api();
  }

  @AfterAll
  static void stop() throws Exception {
    annulus.close();
  }

  @Test
  void aLateSampleNeverErasesANewerLap() throws Exception {
    for (Random random : Rounds.of("late samples")) {
      String name = "late_" + random.nextInt(Integer.MAX_VALUE);
      long newest = NEWEST + random.nextInt(2 * SLOTS);
      Map<Long, Double> late =
          Map.of(
              newest - SLOTS / 2, 0.5,
              newest - SLOTS * 999L / 1000, 0.999,
              newest - SLOTS, -1.0,
              newest - SLOTS * 3L / 2, -1.5);
      String token = gauge(name, newest, 1);
      List<Long> order = new ArrayList<>(late.keySet());
      Collections.shuffle(order, random);
      for (long ts : order) {
        token = gauge(name, ts, late.get(ts));
      }
      api.awaitVisible(token);
      assertThat(api.samples(name))
          .isEqualTo(
              new TreeMap<>(
                  Map.of(newest, 1.0, newest - SLOTS / 2, 0.5, newest - SLOTS + 1, 0.999)));
    }
  }

  @Test
  void aSlotWrapsAtEveryMultipleOfTheRing() throws Exception {
    for (Random random : Rounds.of("slots that wrap")) {
      String name = "wrap_" + random.nextInt(Integer.MAX_VALUE);
      long lap = random.nextInt(1_000_000) * (long) SLOTS;
      gauge(name, lap, 0);
      gauge(name, lap + SLOTS - 1, 1);
      gauge(name, lap + SLOTS, 2);
      gauge(name, lap, -1);
      gauge(name, lap + SLOTS + 1, 3);
      String token = gauge(name, lap + 1, -1);
      api.awaitVisible(token);
      assertThat(api.samples(name))
          .isEqualTo(
              new TreeMap<>(Map.of(lap + SLOTS - 1, 1.0, lap + SLOTS, 2.0, lap + SLOTS + 1, 3.0)));
    }
  }

  @Test
  void samplesAtTheEdgesOfTime() throws Exception {
    for (long ts : new long[] {0, 1, SLOTS - 1, SLOTS, SLOTS + 1, 2 * SLOTS - 1}) {
      gauge("edge_" + ts, ts, (double) ts);
    }
    api.awaitVisible(gauge("edge_0", 0, 0));
    assertThat(api.samples("edge_0")).isEqualTo(new TreeMap<>(Map.of(0L, 0.0)));
    long now = Instant.now().getEpochSecond();
    for (String ts : List.of("-1", "" + Long.MAX_VALUE, now + "000", "" + (now + 3_600), "1.5")) {
      HttpResponse<String> refused =
          api.post("/ingest/gauge", "{\"name\":\"x\",\"ts\":" + ts + ",\"value\":1}");
      assertThat(refused.statusCode()).as(ts).isEqualTo(400);
      assertThat(refused.body()).as(ts).contains("ts");
    }
    assertThat(api.post("/ingest/gauge", sample("x", now + 60, 1)).statusCode()).isEqualTo(200);
    assertThat(api.post("/ingest/gauge", sample("x", now - 3_600, 1)).statusCode()).isEqualTo(200);
  }

  @Test
  void countersSurviveResetsRepeatsAndDisorder() throws Exception {
    counter("count", NEWEST, 100);
    counter("count", NEWEST + 1, 160);
    counter("count", NEWEST + 2, 5);
    counter("count", NEWEST + 2, 5);
    counter("count", NEWEST + 1, 160);
    counter("count", NEWEST - 5, 1_000_000);
    api.awaitVisible(counter("count", NEWEST + 3, 25));
    JsonNode state = api.metric("count").get("counter");
    assertThat(state.get("increase").asDouble()).isEqualTo(60 + 5 + 20);
    assertThat(state.get("resets").asLong()).isEqualTo(1);
    JsonNode rates =
        api.json(api.get("/metrics/" + api.idOf("count") + "/series?start_ts=" + NEWEST))
            .get("rows");
    assertNoneNegative(rates);
  }

  @Test
  void aCounterLosesNothingToResetsWrapsGapsAndDisorder() throws Exception {
    for (Random random : Rounds.of("hostile counter")) {
      String name = "hostile_" + random.nextInt(Integer.MAX_VALUE);
      TreeMap<Long, Double> ring = new TreeMap<>();
      double increase = 0;
      double raw = 4_294_000_000L;
      long ts = NEWEST;
      ring.put(ts, raw);
      String token = counter(name, ts, raw);
      for (int i = 0; i < 100; i++) {
        switch (random.nextInt(6)) {
          case 0 -> counter(name, ts, raw);
          case 1 -> {
            // Late, and lower than its neighbours: the ring has it, the total does not.
            long late = ts - 1;
            if (ring.putIfAbsent(late, 1.0) == null) {
              counter(name, late, 1);
            }
          }
          default -> {
            double before = raw;
            raw = random.nextInt(5) == 0 ? random.nextInt(50) : raw + random.nextInt(1_000_000);
            raw = raw > 4_294_967_295L ? raw - 4_294_967_296L : raw;
            increase += raw >= before ? raw - before : raw;
            ts += random.nextInt(10) == 0 ? 60 : 1 + random.nextInt(2);
            ring.put(ts, raw);
            token = counter(name, ts, raw);
          }
        }
      }
      api.awaitVisible(token);
      assertThat(api.metric(name).at("/counter/increase").asDouble()).isEqualTo(increase);
      assertThat(api.samples(name)).isEqualTo(ring);
      assertThat(gain(name)).isEqualTo(increaseOf(ring));
      String series = "/metrics/" + api.idOf(name) + "/series?start_ts=" + (NEWEST - 60);
      assertNoneNegative(api.json(api.get(series)).get("rows"));
    }
  }

  private static double gain(String name) throws IOException {
    String sql =
        "SELECT increase(value, ts) AS gain, rate(value, ts) AS per_second FROM samples"
            + " WHERE metric_id = "
            + api.idOf(name);
    JsonNode row = api.query(sql).get(0);
    assertThat(row.get("per_second").asDouble()).isNotNegative();
    return row.get("gain").asDouble();
  }

  private static double increaseOf(TreeMap<Long, Double> ring) {
    double increase = 0;
    double before = ring.firstEntry().getValue();
    for (double raw : ring.values()) {
      increase += raw >= before ? raw - before : raw;
      before = raw;
    }
    return increase;
  }

  private static void assertNoneNegative(JsonNode rows) {
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      if (row.hasNonNull("value")) {
        assertThat(row.get("value").asDouble()).isNotNegative();
      }
    }
  }

  /** Among samples that are being written all the time. */
  @Test
  void poisonIsRejectedWithItsReasonAndHoldsNothingUp() throws Exception {
    List<byte[]> poison = poison();
    Ledger ledger = new Ledger();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", annulus.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Random random : Rounds.of("poison")) {
        int before = rejected().size();
        Collections.shuffle(poison, random);
        try (Load load = new Load(api, ledger, random, "q" + ledger.size() + "_", 2)) {
          for (byte[] record : poison) {
            load.awaitMore(random.nextInt(200));
            producer.send(record(record)).get();
          }
          load.awaitMore(500);
        }
        ledger.verify(api);
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(rejected()).hasSize(before + poison.size()));
      }
    }
    for (JsonNode one : rejected()) {
      assertThat(one.get("reason").asText()).isNotBlank();
      assertThat(one.get("detail").asText()).isNotBlank();
      assertThat(one.get("topic").asText()).isEqualTo("samples");
    }
    assertThat(api.isReady()).isTrue();
  }

  private static ProducerRecord<byte[], byte[]> record(byte[] value) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("samples", value);
    if (value == NO_PROTOBUF) {
      record
          .headers()
          .add("content-type", "application/x-protobuf".getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }

  private static List<byte[]> poison() {
    List<byte[]> poison = new ArrayList<>();
    for (String text :
        List.of(
            "{",
            "",
            "null",
            "{\"name\":\"p\",\"ts\":1}",
            "{\"name\":\"p\",\"ts\":1,\"value\":\"NaN\"}",
            "{\"name\":\"p\",\"ts\":1,\"value\":1e999}",
            "{\"name\":\"p\",\"ts\":-1,\"value\":1}",
            "{\"name\":\"\",\"ts\":1,\"value\":1}",
            "{\"name\":\"p\",\"ts\":1,\"value\":1,\"tags\":{\"k\":\""
                + "x".repeat(100_000)
                + "\"}}",
            "[".repeat(50_000),
            "\u0000\u0001\u0002")) {
      poison.add(text.getBytes(StandardCharsets.UTF_8));
    }
    poison.add(ODD_UTF_32);
    poison.add(NO_PROTOBUF);
    return poison;
  }

  private static JsonNode rejected() throws IOException {
    return api.json(api.get("/ingest/rejected?limit=1000")).get("rejected");
  }

  private static String gauge(String name, long ts, double value) throws IOException {
    return api.json(api.post("/ingest/gauge", sample(name, ts, value))).get("token").asText();
  }

  private static String counter(String name, long ts, double value) throws IOException {
    String body =
        "{\"name\":\"%s\",\"ts\":%d,\"raw_value\":%s,\"slots\":%d}"
            .formatted(name, ts, value, SLOTS);
    return api.json(api.post("/ingest/counter", body)).get("token").asText();
  }

  private static String sample(String name, long ts, double value) {
    return "{\"name\":\"%s\",\"ts\":%d,\"value\":%s,\"slots\":%d}"
        .formatted(name, ts, value, SLOTS);
  }
}
