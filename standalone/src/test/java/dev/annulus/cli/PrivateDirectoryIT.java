package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryIT {
  @TempDir private Path parent;

  @Test
  void aNewOneIsItsOwnersAlone() throws Exception {
    Path directory = parent.resolve("a").resolve("data");
    assertThat(PrivateDirectory.ensure(directory)).isTrue();
    assertThat(permissions(directory)).isEqualTo("rwx------");
    assertThat(PrivateDirectory.ensure(directory)).isTrue();
  }

  @Test
  void oneThatExistsStaysAsItIs() throws Exception {
    Path directory =
        Files.createDirectory(
            parent.resolve("data"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    assertThat(PrivateDirectory.ensure(directory)).as("others are kept out").isFalse();
    assertThat(permissions(directory)).isEqualTo("rwxr-x---");
  }

  @Test
  void oneThatCannotBeMadeIsLeftToWhoeverNeedsIt() throws Exception {
    Path file = Files.createFile(parent.resolve("file"));
    assertThat(PrivateDirectory.ensure(file.resolve("data"))).isFalse();
  }

  private static String permissions(Path directory) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }
}
