package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.service.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesIT {
  @TempDir private Path directory;

  @Test
  void whatAKilledProcessLeftIsRemovedByTheNextOne() throws Exception {
    for (int round = 0; round < 3; round++) {
      try (AnnulusProcess store =
          AnnulusProcess.start(
              "store",
              "--data-dir",
              directory.toString(),
              "--store-port",
              "0",
              "--set",
              "http.port=0")) {
        assertThat(directories(directory.resolve("tmp"))).as("its own").hasSize(1);
        assertThat(bytes(directory.resolve("tmp"))).as("RocksDB's library").isGreaterThan(1 << 20);
        if (round < 2) {
          store.kill();
        } else {
          store.terminate();
        }
      }
    }
    assertThat(directories(directory.resolve("tmp"))).as("after an orderly end").isEmpty();
  }

  @Test
  void whatRunningProcessesHaveIsLeftToThem() throws Exception {
    try (TemporaryFiles first = TemporaryFiles.in(List.of(directory), file -> true)) {
      Path file = Files.writeString(first.directory().resolve("library.so"), "x");
      Path foreign = Files.createDirectories(directory.resolve("annulus-foreign"));
      try (TemporaryFiles second = TemporaryFiles.in(List.of(directory), file1 -> true)) {
        assertThat(second.directory()).isNotEqualTo(first.directory());
        assertThat(file).exists();
        assertThat(foreign).as("not one of ours").exists();
      }
    }
    assertThat(directories(directory))
        .extracting(Path::getFileName)
        .hasToString("[annulus-foreign]");
  }

  @Test
  void aPlaceWhereNothingMayBeExecutedIsPassedOverOrNamed() {
    Path noexec = directory.resolve("noexec");
    Path other = directory.resolve("other");
    try (TemporaryFiles files =
        TemporaryFiles.in(List.of(noexec, other), file -> file.startsWith(other))) {
      assertThat(files.directory()).startsWith(other);
    }
    assertThatThrownBy(() -> TemporaryFiles.in(List.of(noexec), file -> false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(noexec.toString())
        .hasMessageContaining("noexec")
        .hasMessageContaining("java.io.tmpdir");
  }

  private static List<Path> directories(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.getFileName().toString().startsWith("annulus-")).toList();
    }
  }

  private static long bytes(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
