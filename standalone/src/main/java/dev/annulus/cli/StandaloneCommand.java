package dev.annulus.cli;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.config.Settings;
import dev.annulus.standalone.Standalone;
import dev.annulus.standalone.StandaloneConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code annulus standalone}. */
@Command(
    name = "standalone",
    mixinStandardHelpOptions = true,
    description = {
      "Runs everything in this process: a Kafka broker, the Flink job, the store, the gateway, the"
          + " query service and the UI.",
      ""
    },
    header = {
      "Examples:",
      "  annulus standalone --demo",
      "  annulus standalone --port 9000 --kafka-port 9093 --data-dir /var/lib/annulus",
      "  annulus standalone --set query.timeout=10s --set store.max-bytes=20GiB",
      ""
    },
    footer = {
      "",
      "Every setting can also come from the environment (query.timeout is"
          + " ANNULUS_QUERY_TIMEOUT) or from a properties file named with --config."
    })
final class StandaloneCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the API and the UI (default: 8000).")
  private @Nullable String port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String bind;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ~/.annulus).")
  private @Nullable String dataDir;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the Kafka broker, on loopback (default: 9092).")
  private @Nullable String kafkaPort;

  @Option(names = "--demo", description = "Also collect this host's own figures, every 5 s.")
  private boolean demo;

  @Option(
      names = "--insecure",
      description = "Let everyone in, without tokens, even where others can reach the address.")
  private boolean insecure;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other setting; may be given several times.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--config", paramLabel = "FILE", description = "A properties file of settings.")
  private @Nullable Path file;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.of(flags(), System.getenv(), file);
    StandaloneConfig config = StandaloneConfig.from(settings);
    CountDownLatch stopped = new CountDownLatch(1);
    Standalone standalone = Standalone.start(config);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  System.err.println("annulus: stopping");
                  standalone.close();
                  stopped.countDown();
                },
                "annulus-shutdown"));
    System.out.print(Banner.of(config, standalone, BuildInfo.load()));
    System.out.flush();
    stopped.await();
    return 0;
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>(set);
    put(flags, "http.port", port);
    put(flags, "http.bind", bind);
    put(flags, "data-dir", dataDir);
    put(flags, "kafka.port", kafkaPort);
    put(flags, "demo", demo ? "true" : null);
    put(flags, "auth.insecure", insecure ? "true" : null);
    return flags;
  }

  private static void put(Map<String, String> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }
}
