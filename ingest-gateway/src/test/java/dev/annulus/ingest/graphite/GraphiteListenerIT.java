package dev.annulus.ingest.graphite;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
import org.junit.jupiter.params.provider.ValueSource;

class GraphiteListenerIT {
  @TempDir private static Path directory;
  private static GatewayFixture gateway;

  private GraphiteListener listener;
  private GraphiteListener pickled;
  private GraphiteIntake intake;

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
    intake =
        new GraphiteIntake(
            new SeriesIntake(Source.GRAPHITE, SampleRules.DEFAULT, RetentionRules.NONE),
            new LogWrites(Source.GRAPHITE, gateway.publisher(), gateway.metrics()),
            () -> Instant.ofEpochSecond(NOW),
            new RememberedBytes(1_000_000),
            16 << 20);
    listener = GraphiteListener.text("127.0.0.1", 0, 2, intake);
    pickled = GraphiteListener.pickle("127.0.0.1", 0, 2, intake, 64 << 10);
  }

  @AfterEach
  void stop() {
    listener.close();
    pickled.close();
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
          .containsEntry("disk.used{host=\"b\",mount=\"/\"}@1700000000.9", 7.0)
          .containsEntry("now.a@" + NOW, 1.0)
          .containsEntry("now.b@" + NOW, 2.0)
          .containsEntry("now.c@" + NOW, 3.0)
          .doesNotContainKey("none@1700000000");
    }
  }

  @Test
  void connectionsThatSendNothingGiveWay() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        silent.add(connect());
        try (Socket socket = connect()) {
          send(socket, "room.%d 1 1700000000\n".formatted(i));
          awaitLog("room.%d@1700000000".formatted(i), 1.0);
        }
      }
      silent.get(0).setSoTimeout(10_000);
      assertThat(silent.get(0).getInputStream().read()).as("the end of the first").isNegative();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
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
        "bad +-1 1700000000",
        "bad -+1 1700000000",
        "bad ++1 1700000000",
        "bad 1_0 1700000000",
        "bad 0x10 1700000000",
        "bad 1 nan",
        "bad 1 -2",
        "bad 1 1700000000 more",
        "bad;tag 1 1700000000",
        "bad;=tag 1 1700000000",
        ";tag=bad 1 1700000000",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`  form.a 1 1700000000` | form.a@1700000000 | 1",
        "`\tform.b\t2\t 1700000000 \t` | form.b@1700000000 | 2",
        "`form.c   +5   +1700000000` | form.c@1700000000 | 5",
        "form.d -1.5e2 1.7e9 | form.d@1700000000 | -150",
        "form.e 3 -1.0 | form.e@1800000000 | 3",
        "form.f .5 -1 | form.f@1800000000 | 0.5",
        "form.g 1. N | form.g@1800000000 | 1",
        "form.h;k=;a=b 4 1700000000 | form.h{a=\"b\"}@1700000000 | 4",
        "form.i;k= 4 1700000000 | form.i@1700000000 | 4",
        "form.j 1 1700000000.1239 | form.j@1700000000.123 | 1",
      })
  void aLineIsReadAsGraphiteReadsIt(String line, String key, double value) throws Exception {
    try (Socket socket = connect()) {
      send(socket, "\uFEFF" + line + "\r\n");
    }
    awaitLog(key, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nan", "NaN", "-nan", "+nan", "inf", "-INF", "Infinity", "+infinity"})
  void whatIsNoNumberIsTakenAndNotStored(String value) throws Exception {
    double before = refused();
    try (Socket socket = connect()) {
      send(socket, "none " + value + " 1700000000\nbehind." + value + " 1 1700000000");
    }
    awaitLog("behind." + value + "@1700000000", 1.0);
    assertThat(log()).doesNotContainKey("none@1700000000");
    assertThat(refused()).isEqualTo(before);
  }

  @Test
  void aLineMayComeInPiecesAndTheLastNeedsNoLineFeed() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "pie");
      send(socket, "ces 1 17000");
      send(socket, "00000\nlast 1 1700000000");
      awaitLog("pieces@1700000000", 1.0);
      assertThat(log()).doesNotContainKey("last@1700000000");
    }
    awaitLog("last@1700000000", 1.0);
  }

  @Test
  void whatAConnectionBreaksOffIsDropped() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "whole 1 1700000000\nbroken.off 1 17000");
      awaitLog("whole@1700000000", 1.0);
      socket.setSoLinger(true, 0); // closes with a reset
    }
    try (Socket socket = connect()) {
      send(socket, "next 1 1700000000\n");
      awaitLog("next@1700000000", 1.0);
      assertThat(log().keySet()).noneMatch(key -> key.startsWith("broken"));
    }
  }

  @Test
  void pathsThatAreNotUtf8AreRefused() throws Exception {
    double before = refused();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      for (String hex : List.of("e9", "e8", "c0af", "eda080", "e282")) {
        out.write("odd".getBytes(StandardCharsets.UTF_8));
        out.write(HexFormat.of().parseHex(hex));
        out.write(" 1 1700000000\n".getBytes(StandardCharsets.UTF_8));
      }
      send(socket, "behind.odd 1 1700000000\n");
      awaitLog("behind.odd@1700000000", 1.0);
      assertThat(log().keySet()).noneMatch(key -> key.startsWith("odd"));
      assertThat(refused()).isGreaterThan(before);
    }
  }

  @Test
  void pickledMessagesComeIntoTheLog() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), pickled.port())) {
      byte[] message = Pickles.dropwizard("drop.wizard", 1_700_000_000L, "2.5");
      socket.getOutputStream().write(Pickles.framed(message));
      socket
          .getOutputStream()
          .write(Pickles.framed("not a pickle".getBytes(StandardCharsets.UTF_8)));
      socket
          .getOutputStream()
          .write(Pickles.framed(Pickles.dropwizard("drop.tags;a=b;c=", 1_700_000_000L, "3")));
      awaitLog("drop.wizard@1700000000", 2.5);
      awaitLog("drop.tags{a=\"b\"}@1700000000", 3.0);
    }
  }

  @Test
  void whoComesToTheWrongPortIsToldWhichIsRight() throws Exception {
    double before = refused();
    byte[] message = Pickles.framed(Pickles.dropwizard("wrong.port", 1_700_000_000L, "1"));
    assertThat(closedAfter(listener.port(), message)).isTrue();
    assertThat(closedAfter(listener.port(), Pickles.dropwizard("wrong.port", 1, "1")))
        .as("text cannot be told from the oldest form without a length")
        .isTrue();
    byte[] text = "wrong.port 1 1700000000\n".getBytes(StandardCharsets.UTF_8);
    assertThat(closedAfter(pickled.port(), text)).isTrue();
    assertThat(closedAfter(pickled.port(), new byte[] {0x7f, 0, 0, 0, 1})).as("too long").isTrue();
    assertThat(refused()).isGreaterThanOrEqualTo(before + 3);
    assertThat(log().keySet()).noneMatch(key -> key.startsWith("wrong"));
  }

  /** Whether the other side closes the connection once it has these bytes, and those are all. */
  private static boolean closedAfter(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // reset: what was sent behind was not read
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
  void onlySoManyConnectionsAreServed() throws Exception {
    try (Socket first = connect();
        Socket second = connect()) {
      send(first, "bounded.a 1 1700000000\n");
      send(second, "bounded.b 1 1700000000\n");
      awaitLog("bounded.a@1700000000", 1.0);
      awaitLog("bounded.b@1700000000", 1.0);
      try (Socket third = connect()) {
        send(third, "bounded.c 1 1700000000\n");
        awaitLog("bounded.c@1700000000", 1.0);
      }
      first.setSoTimeout(300);
      second.setSoTimeout(300);
      int ended = isEnded(first) ? 1 : 0;
      ended += isEnded(second) ? 1 : 0;
      assertThat(ended).as("one gave way").isEqualTo(1);
    }
  }

  private static boolean isEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException stillOpen) {
      return false;
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
    listener = GraphiteListener.text(socket, 2, intake);
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
            series.series().key().canonical() + "@" + GatewayFixture.seconds(series.millis(i)),
            series.values()[i]);
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
