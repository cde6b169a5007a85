package dev.annulus.store;

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
