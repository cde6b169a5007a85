package dev.annulus.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.VerificationFlag;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * The broker's data directory, locked by this process.
 *
 * <p>A marker file, created first, distinguishes Annulus directories from those of other Kafka
 * nodes: their {@code meta.properties} may look the same, and our retention would delete their
 * records. The marker is locked while open, because Kafka locks too late, after writing its
 * metadata log. The operating system releases the lock of a killed process.
 */
final class DataDirectory implements AutoCloseable {
  static final String MARKER = "annulus-broker.lock";
  private static final String METADATA_LOG = Topic.CLUSTER_METADATA_TOPIC_NAME + "-0";
  private static final List<String> FORMAT_FILES =
      List.of("bootstrap.checkpoint", "meta.properties.tmp");

  private final Path path;
  private final FileChannel marker;

  private DataDirectory(Path path, FileChannel marker) {
    this.path = path;
    this.marker = marker;
  }

  /**
   * Opens an Annulus directory, or formats a new or empty one.
   *
   * @throws BrokerStartException if it is in use, damaged, or not ours; it is unchanged
   */
  static DataDirectory open(Path path, int nodeId) {
    try {
      if (!isOurs(path)) {
        requireEmpty(path);
        Files.createDirectories(path);
      }
      DataDirectory directory = new DataDirectory(path, lock(path));
      try {
        directory.prepare(nodeId);
        return directory;
      } catch (Exception e) {
        directory.close();
        throw e;
      }
    } catch (BrokerStartException e) {
      throw e;
    } catch (Exception e) {
      throw new BrokerStartException(
          "the broker's directory %s is not usable: %s".formatted(path, e), e);
    }
  }

  /** Releases the directory. */
  @Override
  public void close() {
    try {
      marker.close();
    } catch (IOException e) {
      throw new BrokerException("releasing the broker's directory failed: " + path, e);
    }
  }

  private static boolean isOurs(Path path) {
    return Files.isRegularFile(path.resolve(MARKER));
  }

  private static void requireEmpty(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.isDirectory(path)) {
      throw new BrokerStartException("the broker's directory %s is a file".formatted(path));
    }
    try (Stream<Path> files = Files.list(path)) {
      Optional<Path> first = files.findFirst();
      if (first.isPresent()) {
        throw new BrokerStartException(
            "the directory %s must be empty or an Annulus broker's (it has %s, but no %s)"
                .formatted(path, first.get().getFileName(), MARKER));
      }
    }
  }

  @SuppressWarnings("resource") // Closing the channel releases the lock.
  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve(MARKER), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      channel.close();
      throw new BrokerStartException(
          "the broker's directory is in use by another process: " + path);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new BrokerStartException(
          "the broker's directory is already in use by this process: " + path, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void prepare(int nodeId) throws Exception {
    MetaPropertiesEnsemble properties =
        new MetaPropertiesEnsemble.Loader().addMetadataLogDir(path.toString()).load();
    if (properties.emptyLogDirs().isEmpty()) {
      properties.verify(
          Optional.empty(),
          OptionalInt.of(nodeId),
          EnumSet.of(
              VerificationFlag.REQUIRE_METADATA_LOG_DIR,
              VerificationFlag.REQUIRE_AT_LEAST_ONE_VALID));
      requireMetadata();
      return;
    }
    requireUnformatted();
    format(nodeId);
  }

  /** An interrupted format may have left some files, but never a log. */
  private void requireUnformatted() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      List<String> others =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals(MARKER))
              .filter(name -> FORMAT_FILES.stream().noneMatch(name::startsWith))
              .limit(3)
              .toList();
      if (!others.isEmpty()) {
        throw new BrokerStartException(
            "the broker's directory %s is damaged: it has no %s, but it has %s"
                .formatted(path, MetaPropertiesEnsemble.META_PROPERTIES_NAME, others));
      }
    }
  }

  /**
   * Without its metadata log, Kafka would start an empty cluster and set every topic's log aside.
   */
  private void requireMetadata() throws IOException {
    if (!anyFile(path, DataDirectory::isPartitionLog)) {
      return;
    }
    Path metadata = path.resolve(METADATA_LOG);
    if (!Files.isDirectory(metadata) || !anyFile(metadata, DataDirectory::hasMetadata)) {
      throw new BrokerStartException(
          "the broker's directory %s is damaged: it has topic logs, but no metadata log in %s"
              .formatted(path, METADATA_LOG));
    }
  }

  private static boolean anyFile(Path directory, Predicate<Path> test) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(test);
    }
  }

  private static boolean isPartitionLog(Path file) {
    return Files.isDirectory(file) && !file.endsWith(METADATA_LOG);
  }

  private static boolean hasMetadata(Path file) {
    String name = file.getFileName().toString();
    return (name.endsWith(".log") || name.endsWith(".checkpoint")) && file.toFile().length() > 0;
  }

  private void format(int nodeId) throws Exception {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(nodeId)
          .setControllerListenerName(ListenerSockets.CONTROLLER)
          .setMetadataLogDirectory(path.toString())
          .addDirectory(path.toString())
          .run();
    }
  }
}
