package dev.annulus.wire;

import java.io.CharConversionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8 decoding as Unicode defines it: no stray or missing continuation bytes, overlong
 * forms, surrogates, or code points beyond U+10FFFF. A lenient decoder, or one that substitutes
 * U+FFFD, would merge two series into one.
 */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /** Whether the bytes {@code [from, to)} are valid. */
  public static boolean isValid(byte[] array, int from, int to) {
    Progress progress = new Progress();
    return progress.read(array, from, to) == to && progress.isWhole();
  }

  /**
   * The text of the bytes {@code [from, to)}.
   *
   * @throws CharConversionException if they are invalid
   */
  public static String text(byte[] array, int from, int to) throws CharConversionException {
    if (!isValid(array, from, to)) {
      throw new CharConversionException("the bytes are not UTF-8");
    }
    return new String(array, from, to - from, StandardCharsets.UTF_8);
  }

  /**
   * The start of the text in {@code [from, to)}, after a byte order mark if there is one. Some
   * editors and shells write one.
   */
  public static int afterMark(byte[] array, int from, int to) {
    boolean marked =
        to - from >= 3
            && array[from] == (byte) 0xEF
            && array[from + 1] == (byte) 0xBB
            && array[from + 2] == (byte) 0xBF;
    return marked ? from + 3 : from;
  }

  /** The same stream; reading fails with {@link CharConversionException} on invalid bytes. */
  static InputStream checked(InputStream in) {
    return new Checked(in);
  }

  private static final class Checked extends FilterInputStream {
    private final Progress progress = new Progress();
    private final byte[] one = new byte[1];
    private long before;

    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int count = read(one, 0, 1);
      return count < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count < 0) {
        require(progress.isWhole(), before);
        return count;
      }
      int end = progress.read(target, offset, offset + count);
      require(end == offset + count, before + end - offset);
      before += count;
      return count;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private static void require(boolean valid, long at) throws CharConversionException {
      if (!valid) {
        throw new CharConversionException("byte " + at + " is not UTF-8");
      }
    }
  }

  /** Decoder state between pieces of a text, which may end within a character. */
  private static final class Progress {
    private int missing;
    private int least = 0x80;
    private int most = 0xBF;

    /** Continues; returns the index of the first invalid byte, or {@code to}. */
    int read(byte[] array, int from, int to) {
      for (int i = from; i < to; ) {
        if (missing == 0 && to - i >= Long.BYTES && ((long) LONG.get(array, i) & NOT_ASCII) == 0) {
          i += Long.BYTES;
        } else if (accept(array[i] & 0xFF)) {
          i++;
        } else {
          return i;
        }
      }
      return to;
    }

    boolean isWhole() {
      return missing == 0;
    }

    private boolean accept(int value) {
      if (missing > 0) {
        boolean valid = value >= least && value <= most;
        missing--;
        least = 0x80;
        most = 0xBF;
        return valid;
      }
      return value < 0x80 || start(value);
    }

    /** The first byte of a sequence bounds the second: table 3-7 of the Unicode Standard. */
    private boolean start(int value) {
      if (value < 0xC2 || value > 0xF4) {
        return false;
      }
      missing = value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
      switch (value) {
        case 0xE0 -> least = 0xA0;
        case 0xED -> most = 0x9F;
        case 0xF0 -> least = 0x90;
        case 0xF4 -> most = 0x8F;
        default -> {}
      }
      return true;
    }
  }
}
