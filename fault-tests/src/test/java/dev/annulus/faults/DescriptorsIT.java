package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that may open few files, and clients that want many connections. */
class DescriptorsIT {
  private static final int LIMIT = 1_024;
  private static final int CONNECTIONS = 1_100;
  private static final long START = System.currentTimeMillis() / 1_000;
  private static final String SAMPLE = "{\"name\":\"m\",\"ts\":%d,\"value\":1}";

  @TempDir private Path directory;

  /** The log needs files all the time; a connection can wait. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "kafka"})
  void idleConnectionsTakeNothingThatTheLogNeeds(String port) throws Exception {
    try (Annulus annulus = new Annulus(directory)) {
      annulus.process().descriptors(LIMIT);
      annulus.start();
      post(annulus, 1);
      int at = port.equals("kafka") ? annulus.kafkaPort() : annulus.process().http().getPort();
      List<SocketChannel> idle = new ArrayList<>();
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          idle.add(connect(at, port.equals("http")));
        }
        assertThat(annulus.process().openDescriptors()).isLessThan(LIMIT);
        // New connections wait until idle ones are closed, which takes a minute.
        Awaitility.await("a sample beside " + CONNECTIONS + " idle connections")
            .atMost(Duration.ofMinutes(3))
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> send(annulus, 2).statusCode() == 200);
      } finally {
        for (SocketChannel one : idle) {
          one.close();
        }
      }
      post(annulus, 3);
      Awaitility.await("all samples")
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(() -> annulus.api().samples("m").size() == 3);
      assertThat(annulus.process().isAlive()).isTrue();
      assertThat(annulus.api().get("/livez").statusCode()).isEqualTo(200);
      assertThat(annulus.process().output()).doesNotContain("the embedded broker failed");
    }
  }

  @Test
  void whatDoesNotFitIsRefusedInWords() throws Exception {
    try (Annulus annulus = new Annulus(directory)) {
      annulus.process().descriptors(400);
      annulus.process().launch();
      assertThat(annulus.process().exitCode()).isEqualTo(1);
      assertThat(annulus.process().output())
          .contains("the process may have 400")
          .contains("ulimit -n");
      annulus.process().descriptors(LIMIT);
      annulus.options("--set", "http.max-connections=5000");
      annulus.process().launch();
      assertThat(annulus.process().exitCode()).isEqualTo(1);
      assertThat(annulus.process().output()).contains("http.max-connections 5000");
    }
  }

  private static SocketChannel connect(int port, boolean speak) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.connect(new InetSocketAddress("127.0.0.1", port));
    if (speak && channel.finishConnect()) {
      // One that has asked and stays, like a browser or a pool.
      channel.write(
          ByteBuffer.wrap(
              "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII)));
    }
    return channel;
  }

  private static void post(Annulus annulus, int ago) throws IOException {
    HttpResponse<String> answer = send(annulus, ago);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static HttpResponse<String> send(Annulus annulus, int ago) throws IOException {
    long ts = START - ago;
    return new Api(URI.create(annulus.process().http().toString()))
        .post("/ingest/gauge", SAMPLE.formatted(ts));
  }
}
