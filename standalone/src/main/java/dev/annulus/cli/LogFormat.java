package dev.annulus.cli;

/**
 * Chooses how logs look before logging starts: text for people at a terminal, JSON for collectors
 * elsewhere, unless {@code ANNULUS_LOG_FORMAT} says which.
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
