package dev.annulus.ingest.graphite;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;

/**
 * A connection that sends pickled messages, on its own thread. A message is preceded by its length,
 * four bytes big-endian. As with plain text, the next message is not read until Kafka has the
 * samples of the last one.
 */
final class PickleConnection {
  private static final int FIRST_BYTES = 16 << 10;
  private static final int IDLE_MILLIS = 600_000;

  private final Socket socket;
  private final InputStream input;
  private final GraphiteIntake intake;
  private final int maxMessageBytes;
  private final Refusals refusals;
  private byte[] buffer = new byte[FIRST_BYTES];

  PickleConnection(Socket socket, InputStream input, GraphiteIntake intake, int maxMessageBytes) {
    this.socket = socket;
    this.input = input;
    this.intake = intake;
    this.maxMessageBytes = maxMessageBytes;
    this.refusals = new Refusals(socket.getRemoteSocketAddress(), intake.writes());
  }

  /** Reads until the peer closes the connection or sends a message that is too long. */
  void serve() throws IOException, InterruptedException {
    socket.setSoTimeout(IDLE_MILLIS);
    DataInputStream in = new DataInputStream(input);
    for (int first = in.read(); first >= 0; first = in.read()) {
      int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
      if (length < 0 || length > maxMessageBytes) {
        refuseLength(first, length);
        return;
      }
      readFully(in, length);
      take(length);
    }
  }

  /** Without a limit, bytes that are not a length at all would make it wait for gigabytes. */
  private void refuseLength(int first, int length) {
    if (first >= ' ' && first < 0x7F) {
      intake.hint(
          socket.getRemoteSocketAddress(),
          "plain text came to graphite.pickle-port; send it to graphite.port");
    } else {
      refusals.add(
          "a message has %s bytes; at most %d are allowed (graphite.max-message)"
              .formatted(Integer.toUnsignedString(length), maxMessageBytes));
    }
  }

  /** Allocates for what has arrived, not for what was announced. */
  private void readFully(DataInputStream in, int length) throws IOException {
    for (int have = 0; have < length; ) {
      if (have == buffer.length) {
        buffer = Arrays.copyOf(buffer, (int) Math.min(length, 2L * have));
      }
      int count = in.read(buffer, have, Math.min(length, buffer.length) - have);
      if (count < 0) {
        refusals.add("the last message is cut short");
        throw new EOFException();
      }
      have += count;
    }
  }

  private void take(int length) throws InterruptedException {
    PickleParser parser = new PickleParser(intake);
    int acquired = intake.acquire(length);
    try {
      parser.parse(buffer, 0, length);
      intake.writes().ignored(parser.ignored());
      refusals.add(parser.problems());
      intake.publish(parser.batch());
    } catch (PickleException e) {
      refusals.add("a pickled message is refused: " + e.getMessage());
    } finally {
      intake.release(acquired);
    }
  }
}
