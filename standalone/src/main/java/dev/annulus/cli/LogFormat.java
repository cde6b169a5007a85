package dev.annulus.cli;

/**
 * Chooses the log format before logging starts: text at a terminal, JSON elsewhere, unless {@code
 * ANNULUS_LOG_FORMAT} is set.
 */
final class LogFormat {
  private LogFormat() {}

  @SuppressWarnings(
      "SystemConsoleNull") // newer JVMs always report a console, so the default there is text
  static void choose() {
    String wanted = System.getenv("ANNULUS_LOG_FORMAT");
    boolean json = wanted == null ? System.console() == null : wanted.equals("json");
    System.setProperty("annulus.log.format", json ? "json" : "text");
  }
}
