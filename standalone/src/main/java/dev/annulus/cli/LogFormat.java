package dev.annulus.cli;

/**
 * Chooses the log format before logging starts: text at a terminal, JSON elsewhere, unless {@code
 * ANNULUS_LOG_FORMAT} is set.
 */
final class LogFormat {
  private LogFormat() {}

  @SuppressWarnings("SystemConsoleNull") // on newer JVMs the guess is text, which is no harm
  static void choose() {
    String wanted = System.getenv("ANNULUS_LOG_FORMAT");
    boolean json = wanted == null ? System.console() == null : wanted.equals("json");
    System.setProperty("annulus.log.format", json ? "json" : "text");
  }
}
