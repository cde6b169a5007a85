package dev.annulus.query.dashboards;

import dev.annulus.query.dashboards.DashboardFile.UnusableException;
import dev.annulus.service.DaemonThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dashboards of a folder of files. What cannot be used is logged with the reason, once for each
 * change: of a file the version before stays in use, and a folder that is missing is waited for.
 * Works by looking at the files, which also notices the symbolic links that orchestrators swap.
 * Thread-safe.
 */
public final class ProvidedDashboards implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProvidedDashboards.class);
  private static final int MAX_FILES = 1000;

  /** Of all files; parsed, they take several times as much of the heap. */
  static final long MAX_BYTES = 16L << 20;

  private final @Nullable Path folder;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-dashboard-files"));
  private volatile NavigableMap<String, DashboardFile> bySlug = Collections.emptyNavigableMap();
  private List<String> seen = List.of("not looked at yet");

  /** Reads the folder before it returns. */
  public ProvidedDashboards(DashboardFolder config) {
    this.folder = config.path();
    if (folder != null) {
      look();
      long millis = Math.max(10, config.reloadInterval().toMillis());
      timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** All of them, by slug. */
  public Collection<DashboardFile> all() {
    return bySlug.values();
  }

  /** The one of that slug; it hides a stored one. */
  public Optional<DashboardFile> get(String slug) {
    return Optional.ofNullable(bySlug.get(slug));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private synchronized void look() {
    if (folder == null) {
      return;
    }
    try {
      List<Path> files = filesIn(folder);
      if (isNew(files.stream().map(ProvidedDashboards::state).toList())) {
        bySlug = read(files);
        LOG.atInfo()
            .addKeyValue("folder", folder)
            .addKeyValue("dashboards", bySlug.size())
            .log("dashboards read from files");
      }
    } catch (IOException | RuntimeException e) {
      if (isNew(List.of(e.toString()))) {
        report(".", "the folder cannot be read: " + e);
      }
    }
  }

  private boolean isNew(List<String> state) {
    boolean isNew = !state.equals(seen);
    seen = state;
    return isNew;
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(ProvidedDashboards::isDashboard).sorted().limit(MAX_FILES).toList();
    }
  }

  private static boolean isDashboard(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().endsWith(".json") && !name.toString().startsWith(".");
  }

  private NavigableMap<String, DashboardFile> read(List<Path> files) {
    if (files.size() == MAX_FILES) {
      report(".", "only the first " + MAX_FILES + " files are read");
    }
    Map<String, DashboardFile> before =
        bySlug.values().stream().collect(Collectors.toMap(DashboardFile::file, file -> file));
    NavigableMap<String, DashboardFile> read = new TreeMap<>();
    long bytes = 0;
    for (Path path : files) {
      String name = String.valueOf(path.getFileName());
      bytes += path.toFile().length();
      if (bytes > MAX_BYTES) {
        report(name, "it and those after it are beyond " + MAX_BYTES + " bytes of files");
        break;
      }
      DashboardFile file = before.get(name);
      try {
        file = DashboardFile.read(path);
      } catch (UnusableException e) {
        report(name, e.getMessage());
      }
      DashboardFile other = file == null ? null : read.putIfAbsent(file.slug(), file);
      if (file != null && other != null) {
        report(name, "its slug " + file.slug() + " is that of " + other.file());
      }
    }
    return Collections.unmodifiableNavigableMap(read);
  }

  private void report(String file, @Nullable String problem) {
    LOG.atWarn()
        .addKeyValue("folder", folder)
        .addKeyValue("file", file)
        .addKeyValue("problem", problem)
        .log("a dashboard file is not used");
  }

  private static String state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return file
          + " "
          + attributes.lastModifiedTime()
          + " "
          + attributes.size()
          + " "
          + attributes.fileKey();
    } catch (IOException e) {
      return file + " unreadable";
    }
  }
}
