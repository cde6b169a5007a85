package dev.annulus.store;

import dev.annulus.model.Times;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One frame of an export.
 *
 * @param payload as {@code docs/export-format.md} defines it for the kind; must not change
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record ExportFrame(Kind kind, byte[] payload) {
  static final int HEAD_BYTES = 5;

  /** What a frame holds. */
  enum Kind {
    HEADER(1),
    METRIC(2),
    SAMPLES(3),
    COUNTER(4),
    DASHBOARD(5),
    DELETION(6),
    SAMPLES_MS(7),
    COUNTER_MS(8),
    END(9);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new ExportFormatException("unknown frame kind " + code);
    }
  }

  /**
   * Puts the times of samples in seconds, as older versions of Annulus know them. Returns false and
   * changes nothing if some are not whole seconds, or some values not finite.
   */
  static boolean toSeconds(byte[] records) {
    ByteBuffer buffer = ByteBuffer.wrap(records);
    for (int i = 0; i < records.length; i += SampleRecord.BYTES) {
      if (!Times.isWholeSecond(buffer.getLong(i))
          || !Double.isFinite(buffer.getDouble(i + 2 * Long.BYTES))) {
        return false;
      }
    }
    for (int i = 0; i < records.length; i += SampleRecord.BYTES) {
      buffer.putLong(i, Times.seconds(buffer.getLong(i)));
    }
    return true;
  }

  static byte[] head(int kind, int length) {
    return ByteBuffer.allocate(HEAD_BYTES).put((byte) kind).putInt(length).array();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
