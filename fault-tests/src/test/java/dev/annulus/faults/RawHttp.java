package dev.annulus.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** HTTP by hand, each request on a connection of its own, for what no client library would send. */
final class RawHttp {
  private static final int MOST = 1 << 20;

  private RawHttp() {}

  /**
   * @param status of the answer
   * @param text all of the answer, its header too; at most the first megabyte
   */
  record Answer(int status, String text) {
    boolean saysWhenToComeAgain() {
      return text.toLowerCase(java.util.Locale.ROOT).contains("\r\nretry-after: ");
    }
  }

  /** A request with a body of known length. */
  static byte[] post(String path, String type, String encoding, byte[] body) {
    String coded = encoding.isEmpty() ? "" : "Content-Encoding: " + encoding + "\r\n";
    return join(
        ascii(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\n%s"
                    .formatted(path, type, coded)
                + "Content-Length: %d\r\n\r\n".formatted(body.length)),
        body);
  }

  static byte[] get(String path) {
    return ascii("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] join(byte[] head, byte[] body) {
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /**
   * Sends and takes the whole answer.
   *
   * @throws IOException if there is none within the limit, or the connection breaks
   */
  static Answer exchange(int port, byte[] request, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    try (Socket socket = connect(port, limit)) {
      socket.getOutputStream().write(request);
      return read(socket, deadline);
    }
  }

  static Socket connect(int port, Duration limit) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress("127.0.0.1", port), Math.toIntExact(limit.toMillis()));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Takes an answer up to the end of the connection. */
  static Answer read(Socket socket, long deadline) throws IOException {
    String text = new String(rest(socket, deadline), StandardCharsets.ISO_8859_1);
    if (!text.startsWith("HTTP/1.1 ")) {
      throw new IOException("no answer, but '" + text + "'");
    }
    return new Answer(Integer.parseInt(text.substring(9, 12)), text);
  }

  /** Takes what comes, up to the end of the connection. */
  static byte[] rest(Socket socket, long deadline) throws IOException {
    byte[] taken = new byte[8 << 10];
    int length = 0;
    InputStream in = socket.getInputStream();
    byte[] piece = new byte[64 << 10];
    while (true) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SocketTimeoutException("not answered in time");
      }
      socket.setSoTimeout(Math.toIntExact(left));
      int count = in.read(piece);
      if (count < 0) {
        return java.util.Arrays.copyOf(taken, length);
      }
      int kept = Math.min(count, MOST - length);
      if (length + kept > taken.length) {
        taken = java.util.Arrays.copyOf(taken, 2 * (length + kept));
      }
      System.arraycopy(piece, 0, taken, length, kept);
      length += kept;
    }
  }
}
