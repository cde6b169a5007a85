package dev.annulus.cli;

import dev.annulus.service.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary directory of this process. Each start unpacks some 40 MB of native libraries and
 * Flink's RPC, which a killed process cannot remove; the next process in the same directory does. A
 * file lock, which the kernel releases with the process, marks directories in use.
 */
final class TemporaryFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);
  private static final String PREFIX = "annulus-";
  private static final String LOCK = "lock";

  /** Space needed for unpacking, with a margin. */
  private static final long NEEDED_BYTES = 128L << 20;

  private final Path directory;
  private final FileChannel lock;

  private TemporaryFiles(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Creates the directory and sets the JVM's {@code java.io.tmpdir} to it. Call this before
   * anything creates a temporary file.
   *
   * @param dataDir preferred parent; null if the process has none
   * @throws ConfigException if no directory is usable
   */
  static TemporaryFiles use(@Nullable Path dataDir) {
    Path system = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> places = dataDir == null ? List.of(system) : List.of(dataDir.resolve("tmp"), system);
    TemporaryFiles files = in(places, Files::isExecutable);
    System.setProperty("java.io.tmpdir", files.directory.toString());
    return files;
  }

  /**
   * Creates it in the first usable place: one that is writable and allows loading native libraries.
   * The last place may be short of space.
   *
   * @param executable whether files can be executed, which they cannot on a file system mounted
   *     {@code noexec}
   */
  static TemporaryFiles in(List<Path> places, Predicate<Path> executable) {
    StringBuilder problems = new StringBuilder();
    for (Path place : places) {
      boolean last = place.equals(places.get(places.size() - 1));
      try {
        Files.createDirectories(place);
        clean(place);
        TemporaryFiles files = create(place);
        String problem = files.problem(executable, last);
        if (problem == null) {
          return files;
        }
        files.close();
        problems.append("; ").append(place).append(' ').append(problem);
      } catch (IOException e) {
        problems.append("; ").append(place).append(" cannot be written to: ").append(e);
      }
    }
    throw new ConfigException(
        "no directory for temporary files will do"
            + problems
            + "; set ANNULUS_JAVA_OPTS=-Djava.io.tmpdir=DIR, or another data-dir");
  }

  Path directory() {
    return directory;
  }

  /** Removes the directory. */
  @Override
  public void close() {
    try {
      lock.close();
      delete(directory);
    } catch (IOException | UncheckedIOException e) {
      LOG.atDebug().setCause(e).log("temporary files were left");
    }
  }

  private static TemporaryFiles create(Path place) throws IOException {
    Path directory =
        Files.createTempDirectory(
            place,
            PREFIX,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // It has another name until it is locked, so that no other process mistakes it for a leftover.
    Path unlocked = directory.resolve(LOCK + ".new");
    FileChannel lock =
        FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      lock.lock();
      Files.move(unlocked, directory.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
      return new TemporaryFiles(directory, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private @Nullable String problem(Predicate<Path> executable, boolean last) throws IOException {
    Path probe = directory.resolve("probe");
    Files.createFile(
        probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      if (!executable.test(probe)) {
        return "is mounted noexec: native libraries cannot be loaded from it";
      }
    } finally {
      Files.delete(probe);
    }
    long free = directory.toFile().getUsableSpace();
    return free < NEEDED_BYTES && !last ? "has only " + (free >> 20) + " MB free" : null;
  }

  /** Removes directories of killed processes. */
  private static void clean(Path place) throws IOException {
    try (Stream<Path> found = Files.list(place)) {
      for (Path directory :
          found.filter(path -> path.getFileName().toString().startsWith(PREFIX)).toList()) {
        try {
          if (belongsToNobody(directory)) {
            delete(directory);
            LOG.atInfo()
                .addKeyValue("directory", directory)
                .log("removed temporary files of a process that was killed");
          }
        } catch (IOException | UncheckedIOException e) {
          LOG.atDebug().setCause(e).log("temporary files could not be removed");
        }
      }
    }
  }

  private static boolean belongsToNobody(Path directory) throws IOException {
    Path lock = directory.resolve(LOCK);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(lock, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        FileLock taken = channel.tryLock()) {
      return taken != null;
    } catch (OverlappingFileLockException e) {
      return false; // of this process
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
