package dev.annulus.cli.process;

import dev.annulus.collector.CollectorConfig;
import dev.annulus.collector.HostCollector;
import dev.annulus.collector.OshiProbe;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.net.URI;
import java.nio.file.Path;

/** The host collector. */
public record CollectorProcess(CollectorConfig collector) {

  public static CollectorProcess from(Settings settings) {
    String endpoint = settings.text("collector.endpoint", "http://127.0.0.1:8000");
    try {
      CollectorConfig defaults =
          CollectorConfig.of(
              URI.create(endpoint), settings.text("collector.host", OshiProbe.hostName()));
      return new CollectorProcess(
          new CollectorConfig(
              defaults.endpoint(),
              settings.duration("collector.interval", defaults.interval()),
              defaults.host(),
              settings.path("collector.disk-path", Path.of("/")),
              settings.number("collector.step", defaults.step(), 1, Integer.MAX_VALUE),
              settings.number("collector.slots", defaults.slots(), 1, Integer.MAX_VALUE),
              settings.secretOrNull("collector.token"),
              defaults.requestTimeout(),
              defaults.maxBacklogTicks(),
              defaults.maxRetryAfter()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("collector." + e.getMessage());
    }
  }

  public RunningProcess start() {
    return RunningProcess.start(
        "collector",
        parts -> {
          HostCollector started =
              parts.open(new HostCollector(collector, new OshiProbe(collector.diskPath())));
          started.start();
          return "posting to " + collector.endpoint();
        });
  }
}
