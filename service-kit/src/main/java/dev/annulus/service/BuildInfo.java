package dev.annulus.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Version of this build. Field names are those of {@code GET /version}.
 *
 * @param version of Annulus
 * @param commit abbreviated
 * @param built when the commit was made, ISO 8601
 * @param java the version of the running JVM
 */
public record BuildInfo(String version, String commit, String built, String java) {

  /** Reads the properties written by the build. */
  public static BuildInfo load() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is missing from the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(
        known(properties.getProperty("version")),
        known(properties.getProperty("commit")),
        known(properties.getProperty("built")),
        Runtime.version().toString());
  }

  /** Outside a git checkout the placeholders remain. */
  private static String known(String value) {
    return value == null || value.startsWith("${") ? "unknown" : value;
  }
}
