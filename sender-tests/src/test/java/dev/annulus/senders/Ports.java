package dev.annulus.senders;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/** Ports for processes that have to be told one. */
final class Ports {
  private static final Random RANDOM = new Random();

  private Ports() {}

  /** A free one outside the range from which connections get theirs. */
  static int free() {
    while (true) {
      int port = 10_000 + RANDOM.nextInt(20_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: another one.
      }
    }
  }
}
