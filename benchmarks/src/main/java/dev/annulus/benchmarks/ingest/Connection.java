package dev.annulus.benchmarks.ingest;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A minimal, cheap HTTP/1.1 keep-alive connection. Blocking until {@link #watch} is called. Not
 * thread-safe.
 */
final class Connection implements AutoCloseable {
  private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
  private static final byte[] TOKEN = ascii("x-annulus-token: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked");

  private final SocketChannel channel;
  private ByteBuffer[] outgoing = {};
  private byte[] buffer = new byte[16 << 10];
  private int place;
  private int end;
  private int lineEnd;
  private List<Object> headOf = List.of();
  private byte[] head = new byte[0];
  private @Nullable String token;
  private int status;
  private String answer = "";

  Connection(int port) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Switches to non-blocking mode: {@link #proceed} does what the selector reports as ready. */
  SelectionKey watch(Selector selector, Object attachment) throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, SelectionKey.OP_READ, attachment);
  }

  /** The {@code X-Annulus-Token} of the last response; null if absent. */
  @Nullable String token() {
    return token;
  }

  /** The status of the last response. */
  int status() {
    return status;
  }

  /** The body of the last response. */
  String answer() {
    return answer;
  }

  /** Sends raw bytes without HTTP and without a response. */
  void sendRaw(byte[] bytes) throws IOException {
    send(ByteBuffer.wrap(bytes));
  }

  /** Sends a request, waits for the response, and returns its body. */
  String request(String method, String path, String headers, byte[] body) throws IOException {
    send(method, path, headers, body);
    while (!read()) {
      fill();
    }
    return answer;
  }

  /**
   * Sends a request without waiting for the response.
   *
   * @param body must not change before the response
   */
  void send(String method, String path, String headers, byte[] body) throws IOException {
    byte[] start = head(method, path, headers, body.length);
    if (body.length < 8_192) {
      ByteBuffer all = ByteBuffer.allocate(start.length + body.length);
      send(all.put(start).put(body).flip());
    } else {
      send(ByteBuffer.wrap(start), ByteBuffer.wrap(body));
    }
  }

  private void send(ByteBuffer... bytes) throws IOException {
    outgoing = bytes;
    flush();
  }

  private boolean flush() throws IOException {
    channel.write(outgoing);
    return !outgoing[outgoing.length - 1].hasRemaining();
  }

  /**
   * Sends and receives without blocking, and sets the selector's interest.
   *
   * @return whether the response to the last request is complete
   */
  boolean proceed(SelectionKey key) throws IOException {
    key.interestOps(flush() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    if (key.isReadable()) {
      fill();
    }
    return read();
  }

  /** Bodies of one kind mostly have the same length, hence the same head. */
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

  /** Parses a response from the buffer; leaves it there if incomplete. */
  private boolean read() {
    int from = place;
    boolean whole = readAnswer();
    place = whole ? place : from;
    return whole;
  }

  private boolean readAnswer() {
    status = 0;
    token = null;
    int length = 0;
    boolean chunked = false;
    for (int from = place; nextLine(); from = place) {
      if (lineEnd == from) {
        return chunked ? readChunks() : readBody(length);
      }
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
    return false;
  }

  private boolean readChunks() {
    StringBuilder text = new StringBuilder();
    for (int from = place; nextLine(); from = place) {
      int size = number(from, 16);
      if (!readBody(size)) {
        return false;
      }
      text.append(answer);
      if (!nextLine()) {
        return false;
      }
      if (size == 0) {
        answer = text.toString();
        return true;
      }
    }
    return false;
  }

  private boolean readBody(int length) {
    if (end - place < length) {
      return false;
    }
    place += length;
    answer = text(place - length, place);
    return true;
  }

  /** Skips a line; {@link #lineEnd} is its end, without CR LF. */
  private boolean nextLine() {
    for (int at = place; at < end; at++) {
      if (buffer[at] == '\n') {
        lineEnd = at - 1;
        place = at + 1;
        return true;
      }
    }
    return false;
  }

  /** Receives more data after the unparsed part, which may move to the start of the buffer. */
  private void fill() throws IOException {
    if (place > 0) {
      System.arraycopy(buffer, place, buffer, 0, end - place);
      end -= place;
      place = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * end);
    }
    int count = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
    if (count < 0) {
      throw new EOFException("the connection was closed");
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
    channel.close();
  }
}
