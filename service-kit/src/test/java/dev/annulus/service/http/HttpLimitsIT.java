package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.access.Scope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that are slow, too many or too wordy. */
class HttpLimitsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 8;

  private final AtomicInteger bodies = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final List<CompletableFuture<Void>> never = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() {
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1",
            0,
            8,
            2_048,
            CONNECTIONS,
            16,
            Duration.ofSeconds(60),
            "",
            Duration.ofMillis(500),
            SlowClients.defaults().withMinBodyRate(1_000),
            AccessConfig.open(),
            null);
    Routes routes =
        all -> {
          all.get(
              "/never",
              ctx -> {
                CompletableFuture<Void> answer = new CompletableFuture<>();
                never.add(answer);
                ctx.future(() -> answer);
                waiting.incrementAndGet();
              },
              Scope.QUERY);
          all.get("/hello", ctx -> ctx.result("hello"), Scope.QUERY);
          all.post(
              "/body",
              ctx -> {
                ctx.result("got " + ctx.bodyAsBytes().length);
                bodies.incrementAndGet();
              },
              Scope.INGEST);
        };
    server = HttpServer.start(config, List.of(routes), new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoStillWaitsWhenTheServerStopsIsToldToComeAgain() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await().atMost(LIMIT).until(() -> waiting.get() == 1);
      server.close();
      String answer = readUntil(socket, "}");
      assertThat(answer)
          .contains(" 503 ", "Retry-After: ", "application/problem+json", "\"stopping\"");
    }
  }

  @Test
  void whatIsNoHttpIsRefusedAsAProblemToo() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "GET /hello HTTP/1.1\r\nHost: local host\r\n\r\n");
      assertThat(readUntil(socket, "}"))
          .contains(" 400 ", "application/problem+json", "\"bad_request\"");
    }
  }

  @Test
  void aHeaderThatTricklesInIsCutOff() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\n");
      await().atMost(LIMIT).pollInSameThread().until(() -> isCutOff(socket, "X-Slow: x\r\n"));
    }
  }

  @Test
  void soIsTheSecondHeaderOfAConnection() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(readUntil(socket, "hello")).contains(" 200 ");
      await().atMost(LIMIT).pollInSameThread().until(() -> isCutOff(socket, "G"));
    }
  }

  @Test
  void aBodyThatTricklesInIsCutOff() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
      await().atMost(LIMIT).pollInSameThread().until(() -> isCutOff(socket, "x"));
      assertThat(bodies).as("never taken for whole").hasValue(0);
    }
  }

  @Test
  void soIsOneThatFollowsMuchLargerOnes() throws Exception {
    try (Socket socket = connect()) {
      String body = "x".repeat(900_000);
      for (int i = 0; i < 10; i++) {
        write(socket, "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n");
        write(socket, body);
        assertThat(readUntil(socket, "got 900000")).contains(" 200 ");
      }
    }
    bodies.set(0);
    aBodyThatTricklesInIsCutOff();
  }

  @Test
  void aBodyThatComesAMomentAfterItsHeaderIsTaken() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
      await().pollDelay(Duration.ofMillis(50)).until(() -> true);
      write(socket, "12345");
      assertThat(readUntil(socket, "got 5")).contains(" 200 ");
    }
  }

  @Test
  void aQuietConnectionStaysOpen() throws Exception {
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        write(socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(readUntil(socket, "hello")).contains(" 200 ");
        await().pollDelay(Duration.ofMillis(700)).until(() -> true);
      }
    }
  }

  @Test
  void aLargeHeaderIsRefused() throws Exception {
    try (Socket socket = connect()) {
      write(
          socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(3_000) + "\r\n\r\n");
      assertThat(readUntil(socket, "\r\n")).contains(" 431 ");
    }
    try (Socket socket = connect()) {
      write(socket, "GET /" + "x".repeat(3_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(readUntil(socket, "\r\n")).containsAnyOf(" 414 ", " 431 ");
    }
  }

  @Test
  void whoAsksNothingGivesWayToWhoDoes() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 5 * CONNECTIONS; i++) {
        Socket socket = connect();
        idle.add(socket);
        if (i % 2 == 0) {
          write(socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
          assertThat(readUntil(socket, "hello")).contains(" 200 ");
        }
      }
      assertThat(isClosed(idle.get(1))).as("the first that never asked").isTrue();
    } finally {
      close(idle);
    }
  }

  @Test
  void whoWaitsForAnAnswerKeepsItsConnection() throws Exception {
    List<Socket> busy = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket socket = connect();
        write(socket, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
        busy.add(socket);
      }
      await().atMost(LIMIT).until(() -> waiting.get() == CONNECTIONS);
      try (Socket oneTooMany = connect()) {
        write(oneTooMany, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
        oneTooMany.setSoTimeout(300);
        assertThat(answers(oneTooMany)).isFalse();
        never.get(0).complete(null);
        oneTooMany.setSoTimeout(10_000);
        assertThat(answers(oneTooMany)).as("once one is answered").isTrue();
      }
      int told = 0;
      for (Socket socket : busy) {
        socket.setSoTimeout(1);
        told += isSilent(socket) ? 0 : 1;
      }
      assertThat(told).as("the one that was answered, and no other").isEqualTo(1);
    } finally {
      close(busy);
    }
  }

  private static boolean isSilent(Socket socket) throws IOException {
    try {
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException nothing) {
      return true;
    }
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Sends a little more; says whether the server has closed or refused. */
  private static boolean isCutOff(Socket socket, String more) throws IOException {
    socket.setSoTimeout(1);
    try {
      write(socket, more);
      int read = socket.getInputStream().read();
      return read < 0 || read == 'H';
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static boolean answers(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == 'H';
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static String readUntil(Socket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(end)) {
      int read = socket.getInputStream().read();
      if (read < 0) {
        break;
      }
      text.append((char) read);
    }
    return text.toString();
  }
}
