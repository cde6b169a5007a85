package dev.annulus.broker;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryIT {
  private static final String PROPERTIES = "meta.properties";

  @TempDir Path temp;

  @Test
  void leavesAnotherKafkaNodeAlone() throws IOException {
    Path foreign = Files.createDirectories(temp.resolve("other-kafka"));
    Files.writeString(
        foreign.resolve(PROPERTIES), "version=1\nnode.id=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\n");
    Files.writeString(
        Files.createDirectories(foreign.resolve("orders-0")).resolve("0.log"), "precious");

    assertRefusedAndUntouched(foreign, "must be empty or an Annulus broker's");
  }

  @Test
  void leavesOtherFilesAlone() throws IOException {
    Path documents = Files.createDirectories(temp.resolve("documents"));
    Files.writeString(documents.resolve("thesis.txt"), "precious");

    assertRefusedAndUntouched(documents, "thesis.txt");
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "precious");

    assertThatThrownBy(() -> start(file))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(file + " is a file");
  }

  @Test
  void refusesTheIdentityOfAnotherNode() throws IOException {
    Path dataDir = used();
    Path properties = dataDir.resolve(PROPERTIES);
    Files.writeString(properties, Files.readString(properties).replace("node.id=1", "node.id=17"));

    assertRefusedAndUntouched(dataDir, "17");
  }

  @Test
  void refusesAnUnreadableIdentity() throws IOException {
    Path dataDir = used();
    Files.write(dataDir.resolve(PROPERTIES), new byte[] {0, 1, 2, 3});

    assertRefusedAndUntouched(dataDir, dataDir.toString());
  }

  @Test
  void refusesALogWithoutIdentity() throws IOException {
    Path dataDir = used();
    Files.delete(dataDir.resolve(PROPERTIES));

    assertRefusedAndUntouched(dataDir, "damaged: it has no " + PROPERTIES);
  }

  @Test
  void refusesTopicsWithoutTheirMetadata() throws IOException {
    Path dataDir = used();
    try (Stream<Path> files = Files.list(dataDir.resolve("__cluster_metadata-0"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }

    assertRefusedAndUntouched(dataDir, "damaged: it has topic logs");
  }

  @Test
  void finishesAFormatThatWasCutShort() throws IOException {
    Path dataDir = Files.createDirectories(temp.resolve("broker"));
    Files.createFile(dataDir.resolve(DataDirectory.MARKER));
    Files.writeString(dataDir.resolve("bootstrap.checkpoint"), "torn");
    Files.writeString(dataDir.resolve("meta.properties.tmp"), "torn");

    start(dataDir).close();

    assertThat(dataDir.resolve(PROPERTIES)).exists();
  }

  @Test
  void isHeldByOneBrokerAtATime() {
    Path dataDir = temp.resolve("broker");
    EmbeddedBroker first = start(dataDir);

    assertThatThrownBy(() -> start(dataDir))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("already in use by this process");
    assertThat(first.failure()).isNotDone();

    first.close();
    start(dataDir).close();
  }

  private static void assertRefusedAndUntouched(Path directory, String reason) throws IOException {
    Map<Path, String> before = contents(directory);

    assertThatThrownBy(() -> start(directory))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining(reason);

    assertThat(contents(directory)).isEqualTo(before);
  }

  private Path used() {
    Path dataDir = temp.resolve("broker");
    try (EmbeddedBroker broker = start(dataDir)) {
      broker.ensureTopic(TopicSpec.of("samples", 1));
    }
    return dataDir;
  }

  private static EmbeddedBroker start(Path dataDir) {
    return EmbeddedBroker.start(BrokerConfig.in(dataDir));
  }

  /** Each file with its time and bytes. */
  private static Map<Path, String> contents(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .collect(toMap(file -> file, DataDirectoryIT::state));
    }
  }

  private static String state(Path file) {
    try {
      FileTime time = Files.getLastModifiedTime(file);
      return time + " " + Arrays.hashCode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
