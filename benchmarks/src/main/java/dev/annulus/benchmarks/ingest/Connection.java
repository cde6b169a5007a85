package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One kept-alive HTTP/1.1 connection, as cheap as it can be. Not thread-safe. */
final class Connection implements AutoCloseable {
  private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
  private static final byte[] TOKEN = ascii("x-annulus-token: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked");

  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;
  private byte[] buffer = new byte[16 << 10];
  private int place;
  private int end;
  private int lineEnd;
  private List<Object> headOf = List.of();
  private byte[] head = new byte[0];
  private @Nullable String token;
  private int status;

  Connection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(120_000);
    out = socket.getOutputStream();
    in = socket.getInputStream();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The {@code X-Annulus-Token} of the last answer; null if it had none. */
  @Nullable String token() {
    return token;
  }

  /** Sends bytes without HTTP and expects no answer. */
  void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** Sends a request and waits for its answer; gives its body. */
  String request(String method, String path, String headers, byte[] body) throws IOException {
    send(method, path, headers, body);
    return answer();
  }

  /** Sends a request without waiting for its answer. */
  void send(String method, String path, String headers, byte[] body) throws IOException {
    byte[] start = head(method, path, headers, body.length);
    if (body.length < 8_192) {
      byte[] all = Arrays.copyOf(start, start.length + body.length);
      System.arraycopy(body, 0, all, start.length, body.length);
      out.write(all);
    } else {
      out.write(start);
      out.write(body);
    }
  }

  /** Bodies of one kind mostly have the same length, and so the same head. */
  private byte[] head(String method, String path, String headers, int length) {
    List<Object> wanted = List.of(method, path, headers, length);
    if (!wanted.equals(headOf)) {
      headOf = wanted;
      head =
          (method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\n"
                  + headers
                  + "Content-Length: "
                  + length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
    }
    return head;
  }

  /** The status of the last answer. */
  int status() {
    return status;
  }

  /** Waits for the answer to the last request; gives its body. */
  String answer() throws IOException {
    if (place == end) {
      place = 0;
      end = 0;
    }
    status = 0;
    token = null;
    int length = 0;
    boolean chunked = false;
    for (int from = nextLine(); lineEnd > from; from = nextLine()) {
      if (status == 0) {
        status = number(from + "HTTP/1.1 ".length(), 10);
      } else if (starts(from, CONTENT_LENGTH)) {
        length = number(from + CONTENT_LENGTH.length, 10);
      } else if (starts(from, TOKEN)) {
        token = text(from + TOKEN.length, lineEnd);
      } else if (starts(from, CHUNKED)) {
        chunked = true;
      }
    }
    return chunked ? chunks() : body(length);
  }

  private String chunks() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int size = number(nextLine(), 16);
      text.append(body(size));
      nextLine();
      if (size == 0) {
        return text.toString();
      }
    }
  }

  private String body(int length) throws IOException {
    while (end - place < length) {
      fill();
    }
    place += length;
    return text(place - length, place);
  }

  /** Where the next line begins; {@link #lineEnd} says where it ends, without CR and LF. */
  private int nextLine() throws IOException {
    int from = place;
    int at = from;
    while (true) {
      if (at == end) {
        at -= from;
        fill();
        from = place;
        at += from;
      }
      if (buffer[at++] == '\n') {
        lineEnd = at - 2;
        place = at;
        return from;
      }
    }
  }

  /** Reads more behind what is still to be looked at, which may move to the buffer's start. */
  private void fill() throws IOException {
    if (end == buffer.length) {
      System.arraycopy(buffer, place, buffer, 0, end - place);
      end -= place;
      place = 0;
      if (end == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * end);
      }
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      throw new IOException("the connection was closed");
    }
    end += count;
  }

  private boolean starts(int from, byte[] lowerCase) {
    if (lineEnd - from < lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = buffer[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private int number(int from, int base) {
    int number = 0;
    int digit = Character.digit(buffer[from], base);
    for (int at = from; digit >= 0; digit = Character.digit(buffer[++at], base)) {
      number = base * number + digit;
    }
    return number;
  }

  private String text(int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
