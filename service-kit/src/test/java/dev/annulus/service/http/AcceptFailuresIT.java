package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.service.access.Scope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server whose process has no file descriptors left for a while, really none. */
class AcceptFailuresIT {
  private static final String NONE = "3";

  private final List<SocketChannel> clients = new ArrayList<>();
  private HttpServer server;
  private Process shell;
  private BufferedWriter toShell;
  private BufferedReader fromShell;
  private String before;

  @BeforeEach
  void start() throws IOException {
    Routes routes = all -> all.get("/hello", ctx -> ctx.result("hello"), Scope.QUERY);
    server =
        HttpServer.start(HttpConfig.on("127.0.0.1", 0), List.of(routes), new SimpleMeterRegistry());
    shell = new ProcessBuilder("sh").start();
    toShell = shell.outputWriter();
    fromShell = shell.inputReader();
    before = prlimit("--output=SOFT --noheadings --nofile");
  }

  @AfterEach
  void stop() throws IOException {
    prlimit("--nofile=" + before + ":");
    for (SocketChannel client : clients) {
      client.close();
    }
    shell.destroy();
    server.close();
  }

  @Test
  void withoutFileDescriptorsTheOpenConnectionsAreServedAndOthersLater() throws Exception {
    SocketChannel open = client();
    connect(open);
    assertThat(ask(open)).contains("hello");
    List<SocketChannel> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      others.add(client());
    }
    // So that no class has to be read from a file that is not open yet.
    assertThat(getClass().getClassLoader().getResource("none")).isNull();

    prlimit("--nofile=" + NONE + ":");
    // The kernel has reserved one for the accept that waits already.
    SocketChannel reserved = others.remove(0);
    connect(reserved);
    assertThat(ask(reserved)).contains("hello");
    for (SocketChannel other : others) {
      connect(other);
      send(other);
    }
    long begun = System.nanoTime();
    int answers = 0;
    while (System.nanoTime() - begun < Duration.ofSeconds(3).toNanos()) {
      assertThat(ask(open)).contains("hello");
      answers++;
    }
    assertThat(answers).isGreaterThan(3);
    for (SocketChannel other : others) {
      other.configureBlocking(false);
      assertThat(other.read(ByteBuffer.allocate(1))).as("not accepted yet").isZero();
      other.configureBlocking(true);
    }
    prlimit("--nofile=" + before + ":");
    for (SocketChannel other : others) {
      assertThat(answer(other)).contains("hello");
    }
    assertThat(server.failure()).isNotDone();
  }

  /** Has its descriptor already. */
  private SocketChannel client() throws IOException {
    SocketChannel client = SocketChannel.open();
    client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    clients.add(client);
    return client;
  }

  private void connect(SocketChannel client) throws IOException {
    client.connect(new InetSocketAddress("127.0.0.1", server.port()));
  }

  private static String ask(SocketChannel client) throws IOException {
    send(client);
    return answer(client);
  }

  private static void send(SocketChannel client) throws IOException {
    String request = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String answer(SocketChannel client) throws IOException {
    StringBuilder answer = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    while (answer.indexOf("hello") < 0 && client.read(buffer) >= 0) {
      buffer.flip();
      answer.append(StandardCharsets.US_ASCII.decode(buffer));
      buffer.clear();
    }
    return answer.toString();
  }

  /** By a shell that runs already: a process that has no descriptors starts none. */
  private String prlimit(String options) throws IOException {
    long pid = ManagementFactory.getRuntimeMXBean().getPid();
    toShell.write("prlimit --pid " + pid + " " + options + "; echo\n");
    toShell.flush();
    String line = fromShell.readLine();
    if (!line.isEmpty()) {
      fromShell.readLine();
    }
    return line.trim();
  }
}
