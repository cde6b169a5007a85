package dev.annulus.kv.fdb;

import static org.junit.jupiter.api.Assumptions.abort;

import com.apple.foundationdb.FDB;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/**
 * The FoundationDB cluster of the tests: the one {@code FDB_CLUSTER_FILE} names, else one in a
 * container where Docker answers. One per test process.
 */
public final class FoundationCluster {
  private static final String IMAGE = "foundationdb/foundationdb:7.3.68";

  private static KeyValueEngine engine;
  private static String reason;

  private FoundationCluster() {}

  /** A connected engine; aborts the test, with the reason, where there is no cluster. */
  public static synchronized KeyValueEngine require() {
    if (engine == null && reason == null) {
      connect();
    }
    if (engine == null) {
      abort(reason);
    }
    return engine;
  }

  private static void connect() {
    try {
      FDB.selectAPIVersion(730);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      reason = "no FoundationDB client library (libfdb_c) can be loaded here";
      return;
    }
    Path clusterFile = clusterFile();
    if (clusterFile == null) {
      reason = "no FDB_CLUSTER_FILE is set and no Docker answers to start " + IMAGE;
      return;
    }
    KeyValueEngine candidate =
        FoundationEngine.open(clusterFile, ForkJoinPool.commonPool(), Duration.ofSeconds(20));
    try {
      candidate.read(tx -> tx.get(new byte[] {1})).join();
      engine = candidate;
    } catch (RuntimeException e) {
      reason =
          "the FoundationDB cluster of %s does not answer: %s"
              .formatted(clusterFile, StoreException.unwrap(e).getMessage());
    }
  }

  private static Path clusterFile() {
    String configured = System.getenv("FDB_CLUSTER_FILE");
    if (configured != null && !configured.isBlank()) {
      return Path.of(configured);
    }
    return dockerAnswers() ? startContainer() : null;
  }

  private static boolean dockerAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      return false;
    }
  }

  @SuppressWarnings("resource") // lives as long as the test process
  private static Path startContainer() {
    int port = freePort();
    GenericContainer<?> container =
        new GenericContainer<>(IMAGE)
            .withNetworkMode("host")
            .withEnv("FDB_NETWORKING_MODE", "host")
            .withEnv("FDB_PORT", Integer.toString(port));
    container.start();
    try {
      container.execInContainer("fdbcli", "--exec", "configure new single memory");
      Path file = Files.createTempFile("annulus-test", ".cluster");
      Files.writeString(file, "docker:docker@127.0.0.1:" + port);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
