package dev.annulus.query.http;

import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The single-page application, from the class path under {@code annulus-ui/}. Every path but its
 * files is a page of the application and gets {@code index.html}, whose links are relative and get
 * as many {@code ../} as the path is deep: so the application works below any prefix, whether
 * {@code http.base-path} or a proxy adds it. Files under {@code assets/} carry a hash in their
 * names, so browsers may keep them for good; {@code .br} and {@code .gz} beside a file are sent to
 * those who take them. While a process starts, pages come with 503 and say so by themselves.
 */
public final class UiRoutes implements Routes {
  private static final String ROOT = "annulus-ui/";
  private static final String INDEX = "index.html";
  private static final Pattern SAFE_FILE =
      Pattern.compile("(?:assets/)?[A-Za-z0-9_~-][A-Za-z0-9._~-]*");
  private static final Pattern RELATIVE_LINK = Pattern.compile("(?<=(?:href|src)=\")\\./");
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          + "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2");

  private final @Nullable Duration retryAfter;

  /** What was asked for once; there are only so many files. */
  private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

  /** The application of a process that can answer. */
  public UiRoutes() {
    this(null);
  }

  private UiRoutes(@Nullable Duration retryAfter) {
    this.retryAfter = retryAfter;
  }

  /**
   * The same files, but every page with status 503: browsers show it, others know not to.
   *
   * @param retryAfter when to ask again
   */
  public static UiRoutes whileStarting(Duration retryAfter) {
    return new UiRoutes(retryAfter);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/", ctx -> ctx.redirect("ui/"), Scope.ANYONE);
    routes.get("/ui", ctx -> page(ctx, ctx.path().endsWith("/") ? "./" : "./ui/"), Scope.ANYONE);
    routes.get("/ui/<path>", this::fileOrPage, Scope.ANYONE);
  }

  private void fileOrPage(Context ctx) {
    String path = ctx.pathParam("path");
    boolean hashed = path.startsWith("assets/");
    String media = SAFE_FILE.matcher(path).matches() ? MEDIA_TYPES.get(extension(path)) : null;
    if (media != null && send(ctx, path, media)) {
      ctx.header(
          "Cache-Control", hashed ? "public, max-age=31536000, immutable" : "public, max-age=300");
    } else if (hashed || path.contains("..")) {
      throw Problem.notFound("There is nothing at " + ctx.path() + ".").toException();
    } else {
      long depth =
          ctx.path()
              .substring(ctx.contextPath().length() + "/ui/".length())
              .chars()
              .filter(c -> c == '/')
              .count();
      page(ctx, depth == 0 ? "./" : "../".repeat((int) Math.min(depth, 100)));
    }
  }

  /**
   * @param prefix leads from the page to {@code /ui/}
   */
  private void page(Context ctx, String prefix) {
    byte[] content = read(INDEX);
    if (content == null) {
      throw Problem.notFound("The UI is not part of this build.").toException();
    }
    String html = new String(content, StandardCharsets.UTF_8);
    ctx.html(RELATIVE_LINK.matcher(html).replaceAll(prefix));
    ctx.header("Cache-Control", retryAfter == null ? "no-cache" : "no-store");
    if (retryAfter != null) {
      ctx.status(503).header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    }
    ctx.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    ctx.header("Referrer-Policy", "no-referrer");
    ctx.header("Cross-Origin-Opener-Policy", "same-origin");
    ctx.header("Cross-Origin-Resource-Policy", "same-origin");
    ctx.header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  }

  /** Sends the smallest form that the client takes; false if there is no such file. */
  private boolean send(Context ctx, String path, String media) {
    byte[] content = read(path);
    if (content == null) {
      return false;
    }
    ctx.header("Vary", "Accept-Encoding").contentType(media).disableCompression();
    byte[] br = takes(ctx, "br") ? read(path + ".br") : null;
    byte[] gz = br == null && takes(ctx, "gzip") ? read(path + ".gz") : null;
    if (br != null) {
      ctx.header("Content-Encoding", "br").result(br);
    } else if (gz != null) {
      ctx.header("Content-Encoding", "gzip").result(gz);
    } else {
      ctx.result(content);
    }
    return true;
  }

  static boolean takes(Context ctx, String encoding) {
    String accepted = ctx.header("Accept-Encoding");
    return accepted != null
        && Arrays.stream(accepted.split(","))
            .map(String::trim)
            .anyMatch(
                item ->
                    item.equals(encoding)
                        || (item.startsWith(encoding + ";")
                            && !item.matches(".*;\\s*q=0(\\.0*)?")));
  }

  private byte @Nullable [] read(String path) {
    byte[] known = kept.get(path);
    if (known != null) {
      return known;
    }
    try (InputStream in = UiRoutes.class.getClassLoader().getResourceAsStream(ROOT + path)) {
      if (in == null) {
        return null;
      }
      byte[] content = in.readAllBytes();
      kept.put(path, content);
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String extension(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
