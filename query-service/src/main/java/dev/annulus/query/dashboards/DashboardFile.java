package dev.annulus.query.dashboards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.service.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * A dashboard as a file holds it: an export of the UI ({@code slug}, {@code title}, {@code
 * definition}), or a bare definition. What it does not say comes from the file's name.
 *
 * @param slug its name in URLs
 * @param title for people
 * @param definition for the UI
 * @param revision follows from the file's content
 * @param file its name, without the directory
 */
public record DashboardFile(
    String slug, String title, JsonNode definition, long revision, String file) {
  static final int MAX_BYTES = 1 << 20;

  private static final Pattern SLUG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final ObjectMapper JSON = Json.mapper();

  /** Why a file is no dashboard, in words for its author. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableException(String reason) {
      super(reason);
    }
  }

  /** Whether a text can be a slug. */
  public static boolean isSlug(String text) {
    return SLUG.matcher(text).matches();
  }

  static DashboardFile read(Path path) throws UnusableException {
    byte[] content = content(path);
    JsonNode source = parsed(content);
    String file = name(path);
    String base = file.substring(0, file.length() - ".json".length());
    JsonNode inner = source.get("definition");
    JsonNode definition = inner == null ? source : inner;
    if (isGrafana(definition) || isGrafana(source.path("dashboard"))) {
      throw new UnusableException(
          "it is a dashboard of Grafana: import it in the UI, which says what can be taken, and"
              + " export it from there");
    }
    if (!definition.isObject() || !definition.path("panels").isArray()) {
      throw new UnusableException("it is not a dashboard: it has no list of panels");
    }
    String slug = text(source, "slug", base);
    if (!isSlug(slug)) {
      throw new UnusableException(
          "its slug \"" + slug + "\" is not 1 to 128 letters, digits, dots, dashes or underscores");
    }
    return new DashboardFile(slug, text(source, "title", base), definition, hash(content), file);
  }

  private static byte[] content(Path path) throws UnusableException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new UnusableException("it is larger than " + MAX_BYTES + " bytes");
      }
      return content;
    } catch (IOException e) {
      throw new UnusableException("it cannot be read: " + e);
    }
  }

  private static JsonNode parsed(byte[] content) throws UnusableException {
    try {
      JsonNode source = JSON.readTree(content);
      if (source != null && source.isObject()) {
        return source;
      }
    } catch (JsonProcessingException e) {
      throw new UnusableException(
          "line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + " is not JSON: "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnusableException("it cannot be read: " + e);
    }
    throw new UnusableException("it is not a JSON object");
  }

  private static boolean isGrafana(JsonNode definition) {
    return definition.has("schemaVersion")
        || definition.has("__inputs")
        || !definition.path("panels").findParents("gridPos").isEmpty();
  }

  private static String text(JsonNode source, String field, String otherwise)
      throws UnusableException {
    JsonNode found = source.get(field);
    if (found == null || found.isNull()) {
      return otherwise;
    }
    if (!found.isTextual() || found.asText().isBlank()) {
      throw new UnusableException("its " + field + " is not a text");
    }
    return found.asText();
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private static long hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
