package dev.annulus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data directory is private to its owner: other accounts can read neither store nor log. */
final class PrivateDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private PrivateDirectory() {}

  /**
   * Creates a directory that only its owner may enter, and its parents. An existing one is left
   * unchanged, since its permissions may be intended; if others may enter it, that is logged. If it
   * cannot be created, the component that needs it first reports why.
   *
   * @return whether it is private; true if the file system has no such permissions
   */
  static boolean ensure(Path directory) {
    try {
      boolean hasPermissions =
          Files.getFileStore(existing(directory)).supportsFileAttributeView("posix");
      if (!hasPermissions) {
        Files.createDirectories(directory);
        return true;
      }
      if (Files.notExists(directory)) {
        Files.createDirectories(directory, OWNER_ONLY);
      }
      Set<PosixFilePermission> permissions =
          EnumSet.copyOf(Files.getPosixFilePermissions(directory));
      permissions.retainAll(OTHERS);
      if (!permissions.isEmpty()) {
        LOG.atWarn()
            .addKeyValue("directory", directory)
            .log(
                "other accounts of this machine may enter the data directory; chmod 700 keeps them out");
      }
      return permissions.isEmpty();
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("cannot create the data directory");
      return false;
    }
  }

  private static Path existing(Path directory) {
    Path path = directory.toAbsolutePath();
    while (Files.notExists(path) && path.getParent() != null) {
      path = path.getParent();
    }
    return path;
  }
}
