package dev.annulus.standalone;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The sockets this process listens on, as Linux tells them (proc(5)). */
final class ListeningSockets {
  private static final String LISTEN = "0A";
  private static final Set<String> LOOPBACK =
      Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

  private ListeningSockets() {}

  /** How many listen on a loopback address. */
  static int onLoopback() throws IOException {
    return all().size() - beyondLoopback().size();
  }

  /** Address and port, in hexadecimal, of those that others could reach. */
  static List<String> beyondLoopback() throws IOException {
    return all().stream().filter(socket -> !LOOPBACK.contains(socket.split(":")[0])).toList();
  }

  private static List<String> all() throws IOException {
    Set<String> own = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith("socket:[")) {
            own.add(target.substring("socket:[".length(), target.length() - 1));
          }
        } catch (IOException e) {
          continue; // closed meanwhile
        }
      }
    }
    List<String> listening = new ArrayList<>();
    for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      Path file = Path.of(table);
      if (!Files.exists(file)) {
        continue;
      }
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.trim().split("\\s+");
        if (fields.length > 9 && fields[3].equals(LISTEN) && own.contains(fields[9])) {
          listening.add(fields[1]);
        }
      }
    }
    return listening;
  }
}
