package dev.annulus.cli.process;

import dev.annulus.embedded.EmbeddedStore;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.remote.RemoteConfig;
import dev.annulus.kv.remote.StoreServer;
import dev.annulus.kv.remote.StoreServerConfig;
import dev.annulus.kv.remote.StoreServerStats;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.standalone.Descriptors;
import dev.annulus.standalone.DiskReserve;
import dev.annulus.standalone.Parts;
import dev.annulus.standalone.StandaloneConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The embedded engine for other processes. */
public record StoreProcess(
    Listeners http, EmbeddedConfig engine, StoreServerConfig server, DiskReserve disk) {
  /** Default port of health and metrics. */
  public static final String PORT = "8004";

  public static StoreProcess from(Settings settings) {
    Path dataDir = StandaloneConfig.dataDir(settings);
    EmbeddedConfig defaults = EmbeddedConfig.in(dataDir.resolve("store"));
    DiskReserve disk = DiskReserve.from(settings, defaults.directory());
    Descriptors descriptors =
        Descriptors.ofProcess(settings).files("store files", EmbeddedConfig.openFiles());
    descriptors.connections("http.max-connections", HttpConfig.MAX_CONNECTIONS, 60);
    int clients = descriptors.connections("store.max-clients", 64, 30);
    descriptors.require();
    return new StoreProcess(
        Listeners.from(settings, PORT),
        new EmbeddedConfig(
            defaults.directory(),
            settings.bytes("store.max-bytes", defaults.maxBytes()),
            disk.ofStore(),
            settings.bytes("store.cache-bytes", defaults.cacheBytes()),
            settings.bytes("store.write-buffer-bytes", defaults.writeBufferBytes()),
            settings.duration("store.sync-interval", defaults.syncInterval())),
        server(settings, clients),
        disk);
  }

  private static StoreServerConfig server(Settings settings, int clients) {
    try {
      return StoreServerConfig.on(
              settings.text("store.bind", "127.0.0.1"),
              settings.number("store.port", RemoteConfig.DEFAULT_PORT, 0, 65_535),
              settings.flag("store.allow-remote", false))
          .withMaxConnections(clients);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  public RunningProcess start() {
    return RunningProcess.start(
        "store",
        parts -> {
          parts.health().add("disk", disk.bindTo(parts.metrics())::problem);
          EmbeddedEngine opened = parts.open(EmbeddedStore.open(engine));
          parts.needs("the store", opened.failure());
          StoreServer started = parts.open(StoreServer.start(server, opened));
          bind(parts, started.stats(), opened);
          String address = http.serve(List.of(), parts);
          return server.host() + ":" + started.port() + ", health at " + address;
        });
  }

  private static void bind(Parts parts, StoreServerStats stats, EmbeddedEngine engine) {
    counter(parts, stats, "reads", "Reads of keys and ranges", StoreServerStats::reads);
    counter(parts, stats, "commits", "Transactions committed", StoreServerStats::commits);
    counter(
        parts,
        stats,
        "conflicts",
        "Commits refused because of a conflict",
        StoreServerStats::conflicts);
    counter(parts, stats, "too.old", "Requests on an expired snapshot", StoreServerStats::tooOld);
    counter(parts, stats, "failures", "Requests that failed", StoreServerStats::failures);
    counter(parts, stats, "received.bytes", "Bytes of requests", StoreServerStats::bytesIn);
    counter(parts, stats, "sent.bytes", "Bytes of answers", StoreServerStats::bytesOut);
    counter(
        parts,
        stats,
        "accept.failures",
        "Failed accepts of clients",
        StoreServerStats::acceptFailures);
    gauge(parts, stats, "clients", "Clients connected", StoreServerStats::openConnections);
    gauge(parts, stats, "transactions", "Snapshots held", StoreServerStats::openTransactions);
    Gauge.builder("annulus.store.damaged", engine, one -> one.damage() == null ? 0 : 1)
        .description("Whether the write-ahead log was damaged when the store was opened")
        .register(parts.metrics());
    Gauge.builder("annulus.store.used", engine, EmbeddedEngine::sizeBytes)
        .baseUnit("bytes")
        .description("Bytes of table files and write buffers")
        .register(parts.metrics());
  }

  private static void counter(
      Parts parts,
      StoreServerStats stats,
      String name,
      String description,
      ToDoubleFunction<StoreServerStats> value) {
    FunctionCounter.builder("annulus.store.server." + name, stats, value)
        .description(description)
        .register(parts.metrics());
  }

  private static void gauge(
      Parts parts,
      StoreServerStats stats,
      String name,
      String description,
      ToDoubleFunction<StoreServerStats> value) {
    Gauge.builder("annulus.store.server." + name, stats, value)
        .description(description)
        .register(parts.metrics());
  }
}
