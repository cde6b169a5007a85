package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jetty must not read from a connection on which a read is pending: if that read meets the end, the
 * pending one fails within it and returns the buffer of both to the pool, while it is still being
 * filled. Another connection's response header may be in it then.
 */
class OverlappingReadsIT {
  private final Server server = new Server(new HttpThreads(16));
  private final AtomicInteger overlapping = new AtomicInteger();
  private ServerConnector connector;

  @BeforeEach
  void start() throws Exception {
    connector =
        new ServerConnector(server) {
          @Override
          protected SocketChannelEndPoint newEndPoint(
              SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            SocketChannelEndPoint endPoint =
                new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
                  @Override
                  public int fill(ByteBuffer buffer) throws IOException {
                    if (isFillInterested()) {
                      overlapping.incrementAndGet();
                    }
                    return super.fill(buffer);
                  }
                };
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
          }
        };
    server.addConnector(connector);
    server.setHandler(
        new RequestIntake(
            server,
            16,
            SlowClients.defaults().withTimeouts(Duration.ofMillis(100), Duration.ofSeconds(10)),
            request -> Lane.READS,
            new ErrorPages(new ServedRoutes("", new ProblemFormats(List.of()))),
            new SimpleMeterRegistry()));
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a part"})
  void aBodyThatStopsIsNotReadOnceItIsRefused(String part) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
      socket.setSoTimeout(30_000);
      String head = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n";
      socket.getOutputStream().write((head + part).getBytes(StandardCharsets.US_ASCII));

      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

      assertThat(answer).startsWith("HTTP/1.1 503 ").contains("body_not_received");
      await().until(() -> connector.getConnectedEndPoints().isEmpty());
      assertThat(overlapping).hasValue(0);
    }
  }
}
