package dev.annulus.ingest.graphite;

import dev.annulus.service.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Where Graphite's protocols are taken.
 *
 * @param bind address of the listeners
 * @param port for plain text; 0 for any free one, null for no listener
 * @param picklePort for pickled messages; 0 for any free one, null for no listener
 * @param maxConnections of each listener, open at once
 * @param maxMessageBytes of a pickled message
 */
public record GraphiteConfig(
    String bind,
    @Nullable Integer port,
    @Nullable Integer picklePort,
    int maxConnections,
    int maxMessageBytes) {

  /** No listener; a message may have a megabyte, as in Graphite. */
  public static final GraphiteConfig NONE =
      new GraphiteConfig("127.0.0.1", null, null, 64, 1 << 20);

  /** Reads {@code graphite.*}. */
  public static GraphiteConfig from(Settings settings) {
    return new GraphiteConfig(
        settings.text("graphite.bind", NONE.bind()),
        port(settings, "graphite.port"),
        port(settings, "graphite.pickle-port"),
        settings.number("graphite.max-connections", NONE.maxConnections(), 1, 10_000),
        Math.toIntExact(settings.bytes("graphite.max-message", NONE.maxMessageBytes())));
  }

  private static @Nullable Integer port(Settings settings, String key) {
    int port = settings.number(key, -1, -1, 65_535);
    return port < 0 ? null : port;
  }
}
