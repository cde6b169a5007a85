package dev.annulus.store;

/** A file is not an export, or is damaged. The message says what is wrong. */
public final class ExportFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExportFormatException(String message) {
    super(message);
  }
}
