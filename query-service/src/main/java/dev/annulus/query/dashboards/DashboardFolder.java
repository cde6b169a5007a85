package dev.annulus.query.dashboards;

import dev.annulus.service.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where dashboards are provided as files.
 *
 * @param path a directory with {@code *.json}; null for none
 * @param reloadInterval how often it is looked at
 */
public record DashboardFolder(@Nullable Path path, Duration reloadInterval) {
  /** No files at all. */
  public static final DashboardFolder NONE = new DashboardFolder(null, Duration.ofSeconds(5));

  /** Reads {@code ui.dashboards} and {@code ui.dashboards-reload-interval}. */
  public static DashboardFolder from(Settings settings) {
    String path = settings.textOrNull("ui.dashboards");
    return new DashboardFolder(
        path == null ? null : Path.of(path),
        settings.duration("ui.dashboards-reload-interval", NONE.reloadInterval()));
  }
}
