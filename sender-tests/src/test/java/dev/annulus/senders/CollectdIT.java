package dev.annulus.senders;

import static dev.annulus.senders.StoredSeries.counter;
import static dev.annulus.senders.StoredSeries.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's collectd with its own figures, which it also writes into files, and with figures it is
 * given over its socket.
 */
@ExtendWith(Annulus.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CollectdIT {
  private final String host = "collectd" + System.nanoTime();
  private final long now = Instant.now().getEpochSecond();
  private Path directory;
  private Sender collectd;

  @BeforeAll
  void start(Annulus annulus, @TempDir Path files) throws Exception {
    directory = files;
    String program = Sender.program("collectd", "collectd-core");
    Path config =
        Files.writeString(
            directory.resolve("collectd.conf"),
            CONFIGURATION
                .replace("$HOST", host)
                .replace("$DIRECTORY", directory.toString())
                .replace("$GRAPHITE", "" + annulus.graphitePort())
                .replace("$HTTP", annulus.url("/collectd-post")));
    collectd = Sender.start(directory, List.of(program, "-f", "-C", config.toString()));
    put(
        "PUTVAL \"%s/test-a/gauge-b c\" interval=10 %d:42.5".formatted(host, now - 10),
        "PUTVAL %s/test/derive-d interval=10 %d:100".formatted(host, now - 10),
        "PUTVAL %s/test/if_octets-eth0 interval=10 %d:1:2".formatted(host, now - 10),
        "PUTVAL %s/marker/gauge-x interval=10 %d:1".formatted(host, now));
    // collectd reads a rate when it writes a value, not when it takes one. So the first values have
    // to be written before it gets the second ones; its one write thread keeps their order.
    StoredSeries.await(() -> assertThat(written("marker/gauge-x")).hasSize(1));
    put(
        "PUTVAL \"%s/test-a/gauge-b c\" interval=10 %d:U".formatted(host, now - 5),
        "PUTVAL \"%s/test-a/gauge-b c\" interval=10 %d:-1e-07".formatted(host, now),
        "PUTVAL %s/test/derive-d interval=10 %d:150".formatted(host, now),
        "PUTVAL %s/test/if_octets-eth0 interval=10 %d:11:32".formatted(host, now),
        "FLUSH plugin=write_graphite plugin=write_http");
  }

  @AfterAll
  void stop() throws Exception {
    if (collectd != null) {
      collectd.close();
    }
  }

  @Test
  void writeGraphite(Annulus annulus) throws Exception {
    String path = "collectd." + host + ".test";
    StoredSeries.await(
        () -> annulus.named(path),
        gauge(path + "-a.gauge-b_c", Map.of(), Map.of(now - 10, 42.5, now, -1e-7)),
        gauge(path + ".derive-d", Map.of(), Map.of(now, 5.0)),
        gauge(path + ".if_octets-eth0.rx", Map.of(), Map.of(now, 1.0)),
        gauge(path + ".if_octets-eth0.tx", Map.of(), Map.of(now, 3.0)));

    String memory = "collectd." + host + ".memory.memory-used";
    StoredSeries.await(
        () -> {
          TreeMap<Long, Double> written = written("memory/memory-used");
          assertThat(written.size()).isGreaterThan(2);
          // The newest may still be in collectd's buffer.
          assertThat(only(annulus, memory).samples())
              .containsAllEntriesOf(written.headMap(written.lastKey()));
        });
  }

  @Test
  void writeGraphiteWithTags(Annulus annulus) throws Exception {
    StoredSeries.await(
        () ->
            annulus.withTag("host", host).stream()
                .filter(series -> series.tags().get("plugin").equals("test"))
                .toList(),
        gauge(
            "collectd.test.gauge",
            tags("plugin_instance", "a", "type", "gauge", "type_instance", "b_c"),
            Map.of(now - 10, 42.5, now, -1e-7)),
        gauge(
            "collectd.test.derive", tags("type", "derive", "type_instance", "d"), Map.of(now, 5.0)),
        gauge(
            "collectd.test.if_octets.rx",
            tags("type", "if_octets", "type_instance", "eth0", "ds_name", "rx"),
            Map.of(now, 1.0)),
        gauge(
            "collectd.test.if_octets.tx",
            tags("type", "if_octets", "type_instance", "eth0", "ds_name", "tx"),
            Map.of(now, 3.0)));
  }

  @Test
  void writeHttp(Annulus annulus) throws Exception {
    StoredSeries.await(
        () ->
            annulus.withTag("instance", host).stream()
                .filter(series -> series.name().startsWith("collectd_test"))
                .toList(),
        gauge(
            "collectd_test_gauge",
            Map.of("instance", host, "test", "a", "type", "b c"),
            Map.of(now - 10, 42.5, now, -1e-7)),
        counter(
            "collectd_test_derive_total",
            Map.of("instance", host, "test", "d"),
            Map.of(now - 10, 100.0, now, 150.0)),
        counter(
            "collectd_test_if_octets_rx_total",
            Map.of("instance", host, "test", "eth0"),
            Map.of(now - 10, 1.0, now, 11.0)),
        counter(
            "collectd_test_if_octets_tx_total",
            Map.of("instance", host, "test", "eth0"),
            Map.of(now - 10, 2.0, now, 32.0)));
    assertThat(collectd.output()).doesNotContain("HTTP Error");
  }

  private TreeMap<String, String> tags(String... keysAndValues) {
    TreeMap<String, String> tags = new TreeMap<>(Map.of("host", host, "plugin", "test"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      tags.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return tags;
  }

  private static StoredSeries only(Annulus annulus, String name) throws IOException {
    return StoredSeries.only(annulus.named(name), name, Map.of());
  }

  /** What collectd has written into files of CSV, by the nearest second as Graphite gets it. */
  private TreeMap<Long, Double> written(String values) throws IOException {
    TreeMap<Long, Double> written = new TreeMap<>();
    Path file = directory.resolve("csv").resolve(host).resolve(values);
    if (!Files.isDirectory(file.getParent())) {
      throw new NoSuchElementException("nothing written yet");
    }
    try (Stream<Path> days = Files.list(file.getParent())) {
      for (Path day : days.filter(p -> p.toString().startsWith(file + "-2")).sorted().toList()) {
        List<String> lines = Files.readAllLines(day);
        for (String line : lines.subList(1, lines.size())) {
          String[] parts = line.split(",", -1);
          written.put(Math.round(Double.parseDouble(parts[0])), Double.parseDouble(parts[1]));
        }
      }
    }
    return written;
  }

  /** Gives collectd commands over its socket. */
  private void put(String... commands) throws Exception {
    Path socket = directory.resolve("sock");
    StoredSeries.await(
        () -> {
          collectd.assertRuns();
          assertThat(socket).exists();
        });
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      BufferedReader answers =
          new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String command : commands) {
        channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
        assertThat(answers.readLine())
            .as(command)
            .startsWith(command.startsWith("FLUSH") ? "0 Done: 2 successful" : "0 Success");
      }
    }
  }

  /** The examples of collectd's manual. */
  private static final String CONFIGURATION =
      """
      Hostname "$HOST"
      FQDNLookup false
      Interval 1
      WriteThreads 1
      BaseDir "$DIRECTORY"
      PIDFile "$DIRECTORY/pid"
      LoadPlugin logfile
      <Plugin logfile>
        LogLevel info
        File STDOUT
      </Plugin>
      LoadPlugin unixsock
      <Plugin unixsock>
        SocketFile "$DIRECTORY/sock"
      </Plugin>
      LoadPlugin csv
      <Plugin csv>
        DataDir "$DIRECTORY/csv"
      </Plugin>
      LoadPlugin load
      LoadPlugin memory
      LoadPlugin write_graphite
      <Plugin write_graphite>
        <Node "example">
          Host "127.0.0.1"
          Port "$GRAPHITE"
          Protocol "tcp"
          LogSendErrors true
          Prefix "collectd."
        </Node>
        <Node "tags">
          Host "127.0.0.1"
          Port "$GRAPHITE"
          Prefix "collectd."
          UseTags true
        </Node>
      </Plugin>
      LoadPlugin write_http
      <Plugin write_http>
        <Node "example">
          URL "$HTTP"
          Format "JSON"
          StoreRates false
          LogHttpError true
        </Node>
      </Plugin>
      """;
}
