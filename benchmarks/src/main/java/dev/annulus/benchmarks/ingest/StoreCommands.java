package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands that start stores on loopback, as a user would. */
public final class StoreCommands {
  private StoreCommands() {}

  /**
   * Annulus in one process; {@code ANNULUS_JAVA_OPTS} adds JVM options.
   *
   * @param command the path of {@code bin/annulus}
   * @param settings {@code KEY=VALUE}
   */
  public static List<String> annulus(String command, Path directory, int port, String... settings) {
    List<String> all = new ArrayList<>(List.of(command, "standalone", "--port=" + port));
    all.addAll(List.of("--kafka-port=0", "--data-dir=" + directory.resolve("data")));
    all.add("--set=start-timeout=5m");
    List.of(settings).forEach(setting -> all.add("--set=" + setting));
    return all;
  }

  /** Debian's Prometheus, which accepts remote write. */
  public static List<String> prometheus(Path directory, int port) throws IOException {
    return List.of(
        "prometheus",
        "--config.file=" + Files.writeString(directory.resolve("p.yml"), ""),
        "--storage.tsdb.path=" + directory.resolve("data"),
        "--web.enable-remote-write-receiver",
        "--web.listen-address=127.0.0.1:" + port,
        "--log.level=warn");
  }
}
