package dev.annulus.ingest.text;

import dev.annulus.wire.Utf8;
import java.io.CharConversionException;

/** Bytes of a line as text. */
public final class LineBytes {
  private LineBytes() {}

  /**
   * The text in {@code [from, to)}.
   *
   * @param what it is, for the message
   * @throws LineException if it is not UTF-8: with replacement characters, two series could become
   *     one
   */
  public static String text(byte[] array, int from, int to, String what) {
    try {
      return Utf8.text(array, from, to);
    } catch (CharConversionException e) {
      throw new LineException("the " + what + " is not UTF-8");
    }
  }
}
