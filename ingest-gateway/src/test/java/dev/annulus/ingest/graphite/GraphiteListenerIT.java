package dev.annulus.ingest.graphite;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphiteListenerIT {
  @TempDir private static Path directory;
  private static GatewayFixture gateway;

  private GraphiteListener listener;

  @BeforeAll
  static void startGateway() {
    gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT);
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void listen() {
    listener =
        GraphiteListener.start(
            "127.0.0.1",
            0,
            2,
            new SeriesIntake(Source.GRAPHITE, SampleRules.DEFAULT, RetentionRules.NONE),
            new LogWrites(Source.GRAPHITE, gateway.publisher(), gateway.metrics()),
            () -> Instant.ofEpochSecond(NOW),
            1_000);
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void linesComeIntoTheLogWithAndWithoutTags() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          """
          servers.a.load 1.5 1700000000
          disk.used;host=b;mount=/ 7 1700000000.9\r

          now.a 1 -1
          now.b 2 N
          now.c 3
          none nan 1700000000
          """);
      awaitLog("servers.a.load@1700000000", 1.5);
      assertThat(log())
          .containsEntry("disk.used{host=\"b\",mount=\"/\"}@1700000000", 7.0)
          .containsEntry("now.a@" + NOW, 1.0)
          .containsEntry("now.b@" + NOW, 2.0)
          .containsEntry("now.c@" + NOW, 3.0)
          .doesNotContainKey("none@1700000000");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bad x 1700000000",
        "bad 1 x",
        "bad",
        "` bad 1 1700000000`",
        "bad 1 1700000000 more",
        "bad;tag 1 1700000000",
        "bad;tag= 1 1700000000",
        "bad;a=1;a=2 1 1700000000",
        "bad 1 1900000000",
      })
  void aFaultyLineIsCountedAndTheOthersAreKept(String line) throws Exception {
    double before = refused();
    try (Socket socket = connect()) {
      String mark = "mark" + Math.floorMod(line.hashCode(), 100_000);
      send(socket, line + "\n" + mark + " 1 1700000000\n");
      awaitLog(mark + "@1700000000", 1.0);
      assertThat(log().keySet()).noneMatch(key -> key.startsWith("bad"));
      assertThat(refused()).isGreaterThan(before);
    }
  }

  @Test
  void aLineMayComeInPiecesAndAnUnfinishedOneIsDropped() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "pie");
      send(socket, "ces 1 17000");
      send(socket, "00000\nunfinished 1 17000");
      awaitLog("pieces@1700000000", 1.0);
    }
    try (Socket socket = connect()) {
      send(socket, "00000 1 1700000001\n");
      awaitLog("00000@1700000001", 1.0);
      assertThat(log().keySet()).noneMatch(key -> key.startsWith("unfinished"));
    }
  }

  @Test
  void aLineWithoutEndIsSkipped() throws Exception {
    double before = refused();
    try (Socket socket = connect()) {
      send(socket, "x".repeat(700_000) + " 1 1\nafter.long 1 1700000000\n");
      awaitLog("after.long@1700000000", 1.0);
      assertThat(refused()).isEqualTo(before + 1);
    }
  }

  @Test
  void connectionsAreBounded() throws Exception {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect()) {
      send(first, "bounded.a 1 1700000000\n");
      send(second, "bounded.b 1 1700000000\n");
      third.setSoTimeout(30_000);
      assertThat(third.getInputStream().read()).as("closed").isEqualTo(-1);
      awaitLog("bounded.a@1700000000", 1.0);
      awaitLog("bounded.b@1700000000", 1.0);
    }
  }

  @Test
  void withoutFileDescriptorsTheOpenConnectionsAreServedAndOthersLater() throws Exception {
    listener.close();
    AtomicBoolean exhausted = new AtomicBoolean();
    AtomicInteger refusals = new AtomicInteger();
    ServerSocket socket =
        new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")) {
          @Override
          public Socket accept() throws IOException {
            if (!exhausted.get()) {
              Socket client = super.accept();
              if (!exhausted.get()) {
                return client;
              }
              client.close();
            }
            refusals.incrementAndGet();
            throw new SocketException("Too many open files");
          }
        };
    listener =
        GraphiteListener.start(
            socket,
            2,
            new SeriesIntake(Source.GRAPHITE, SampleRules.DEFAULT, RetentionRules.NONE),
            new LogWrites(Source.GRAPHITE, gateway.publisher(), gateway.metrics()),
            () -> Instant.ofEpochSecond(NOW),
            1_000);
    try (Socket first = connect()) {
      send(first, "exhausted.a 1 1700000000\n");
      awaitLog("exhausted.a@1700000000", 1.0);
      exhausted.set(true);
      connect().close(); // wakes the loop
      Awaitility.await().until(() -> refusals.get() >= 2);
      int before = refusals.get();
      long begin = System.nanoTime();
      send(first, "exhausted.b 1 1700000000\n");
      awaitLog("exhausted.b@1700000000", 1.0);
      Awaitility.await().until(() -> System.nanoTime() - begin > 1_500_000_000L);
      assertThat(refusals.get() - before).as("asked again, but not all the time").isBetween(1, 30);
      exhausted.set(false);
      try (Socket second = connect()) {
        send(second, "exhausted.c 1 1700000000\n");
        awaitLog("exhausted.c@1700000000", 1.0);
      }
    }
  }

  private void awaitLog(String key, double value) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(log()).containsEntry(key, value));
  }

  private static Map<String, Double> log() {
    Map<String, Double> samples = new TreeMap<>();
    for (SeriesSamples series : gateway.log()) {
      for (int i = 0; i < series.size(); i++) {
        samples.put(
            series.series().key().canonical() + "@" + series.timestamps()[i], series.values()[i]);
      }
    }
    return samples;
  }

  private static double refused() {
    return gateway.refused("graphite");
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), listener.port());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }
}
