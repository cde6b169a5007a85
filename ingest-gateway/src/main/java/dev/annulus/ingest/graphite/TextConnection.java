package dev.annulus.ingest.graphite;

import dev.annulus.wire.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * A connection that sends plain text, on its own thread. It reads on only after Kafka has the
 * samples read before: TCP backpressures the sender while Kafka is slow or down, and nothing is
 * dropped.
 */
final class TextConnection {
  static final int BUFFER_BYTES = 256 << 10;
  private static final int IDLE_MILLIS = 600_000;

  private final Socket socket;
  private final InputStream in;
  private final GraphiteIntake intake;
  private final Refusals refusals;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private boolean started;

  TextConnection(Socket socket, InputStream in, GraphiteIntake intake) {
    this.socket = socket;
    this.in = in;
    this.intake = intake;
    this.refusals = new Refusals(socket.getRemoteSocketAddress(), intake.writes());
  }

  /**
   * Reads until the peer closes the connection; then the last line needs no line feed. If the
   * connection breaks, an unfinished line is dropped because it may be incomplete.
   */
  void serve() throws IOException, InterruptedException {
    socket.setSoTimeout(IDLE_MILLIS);
    int length = 0;
    boolean skipping = false;
    for (int count = in.read(buffer); count >= 0; ) {
      length += count;
      if (!started && isPickled()) {
        intake.hint(
            socket.getRemoteSocketAddress(),
            "pickled Graphite data came to the port for plain text; set graphite.pickle-port and"
                + " send it there, or let the sender use plain text");
        return;
      }
      int start = skipping ? afterLineFeed(length) : 0;
      skipping = skipping && start == 0;
      int end = skipping ? length : take(start, length);
      if (end == 0 && length == buffer.length) {
        refusals.add("a line is longer than " + buffer.length + " bytes");
        skipping = true;
        started = true;
        end = length;
      }
      System.arraycopy(buffer, end, buffer, 0, length - end);
      length -= end;
      count = in.read(buffer, length, buffer.length - length);
    }
    if (length > 0 && !skipping) {
      int acquired = intake.acquire(length);
      try {
        TextParser parser = new TextParser(intake);
        parser.line(buffer, afterMark(0, length), length);
        publish(parser);
      } finally {
        intake.release(acquired);
      }
    }
  }

  /**
   * A pickled message starts with its length, far below 16 MiB, or with the opcode of its protocol.
   */
  private boolean isPickled() {
    return buffer[0] == 0 || buffer[0] == (byte) 0x80;
  }

  private int afterLineFeed(int length) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private int take(int from, int to) throws InterruptedException {
    int acquired = intake.acquire(to - from);
    try {
      return parse(from, to);
    } finally {
      intake.release(acquired);
    }
  }

  private int parse(int from, int to) throws InterruptedException {
    TextParser parser = new TextParser(intake);
    int start = afterMark(from, to);
    int end = parser.parse(buffer, start, to);
    if (end == start) {
      return from;
    }
    started = true;
    publish(parser);
    return end;
  }

  private int afterMark(int from, int to) {
    return started ? from : Utf8.afterMark(buffer, from, to);
  }

  private void publish(TextParser parser) throws InterruptedException {
    intake.writes().ignored(parser.ignored());
    refusals.add(parser.problems());
    intake.publish(parser.batch());
  }
}
