package dev.annulus.query.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The connections of this process, from Linux' {@code /proc/self/net}. HTTP/1.1 servers do not read
 * while they answer, so they learn of a client's end only when they write; the kernel knows at
 * once. See proc_pid_net(5).
 */
final class TcpTable implements Connections {
  private static final List<Path> FILES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String ESTABLISHED = "01";
  private static final String CLOSE_WAIT = "08";
  private static final String MAPPED = "0000000000000000FFFF0000";

  private final Set<String> open;
  private final Set<String> left;

  private TcpTable(Set<String> open, Set<String> left) {
    this.open = open;
    this.left = left;
  }

  /** The connections as they are now; empty where the system does not tell. */
  static Optional<Connections> read() {
    Set<String> open = new HashSet<>();
    Set<String> left = new HashSet<>();
    try {
      for (Path file : FILES) {
        if (Files.exists(file)) {
          addFrom(file, open, left);
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return open.isEmpty() ? Optional.empty() : Optional.of(new TcpTable(open, left));
  }

  @Override
  public State of(ClientConnection connection) {
    if (isIn(open, connection)) {
      return State.OPEN;
    }
    return isIn(left, connection) ? State.LEFT : State.MISSING;
  }

  private static boolean isIn(Set<String> connections, ClientConnection connection) {
    String ports = hexPort(connection.serverPort()) + " ";
    String peer = ":" + hexPort(connection.clientPort());
    String address = hex(connection.client());
    return connections.contains(ports + address + peer)
        || (connection.client() instanceof Inet4Address
            && connections.contains(ports + MAPPED + address + peer));
  }

  /** Lines look like {@code 0: 0100007F:1F40 0100007F:C350 01 …}: number, local, remote, state. */
  private static void addFrom(Path file, Set<String> open, Set<String> left) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.trim().split(" +", 5);
        if (fields.length < 5) {
          continue;
        }
        String connection = fields[1].substring(fields[1].indexOf(':') + 1) + " " + fields[2];
        if (fields[3].equals(ESTABLISHED)) {
          open.add(connection);
        } else if (fields[3].equals(CLOSE_WAIT)) {
          left.add(connection);
        }
      }
    }
  }

  private static String hexPort(int port) {
    return String.format(Locale.ROOT, "%04X", port);
  }

  /** The kernel prints addresses as 32-bit words in the machine's own byte order. */
  private static String hex(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
    StringBuilder hex = new StringBuilder(2 * bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int at = little ? (i & ~3) + 3 - (i & 3) : i;
      hex.append(String.format(Locale.ROOT, "%02X", bytes[at]));
    }
    return hex.toString();
  }
}
