package dev.annulus.query.http;

import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The single-page application, from the class path under {@code annulus-ui/}. A path without a file
 * extension is a page of the application and gets its {@code index.html}. Files under {@code
 * assets/} carry a hash in their names, so browsers may keep them for good; a {@code .gz} beside a
 * file is sent to those who take gzip.
 */
public final class UiRoutes implements Routes {
  private static final String ROOT = "annulus-ui/";
  private static final Pattern SAFE_PATH = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/?)*");
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          + "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
  private static final Map<String, String> MEDIA_TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/", ctx -> ctx.redirect("/ui/"), Scope.ANYONE);
    routes.get("/ui", this::page, Scope.ANYONE);
    routes.get("/ui/", this::page, Scope.ANYONE);
    routes.get("/ui/<path>", this::file, Scope.ANYONE);
  }

  private void file(Context ctx) {
    String path = ctx.pathParam("path");
    String extension = extension(path);
    if (extension == null) {
      page(ctx);
      return;
    }
    String media = MEDIA_TYPES.get(extension);
    if (media == null || !SAFE_PATH.matcher(path).matches() || !send(ctx, path, media)) {
      throw Problem.notFound("There is nothing at " + ctx.path() + ".").toException();
    }
    boolean hashed = path.startsWith("assets/");
    ctx.header(
        "Cache-Control", hashed ? "public, max-age=31536000, immutable" : "public, max-age=300");
  }

  private void page(Context ctx) {
    if (!send(ctx, "index.html", "text/html; charset=utf-8")) {
      throw Problem.notFound("The UI is not part of this build.").toException();
    }
    ctx.header("Cache-Control", "no-cache");
    ctx.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    ctx.header("Referrer-Policy", "no-referrer");
  }

  private static boolean send(Context ctx, String path, String media) {
    String accepted = ctx.header("Accept-Encoding");
    byte[] zipped = accepted != null && accepted.contains("gzip") ? read(path + ".gz") : null;
    byte[] content = zipped != null ? zipped : read(path);
    if (content == null) {
      return false;
    }
    if (zipped != null) {
      ctx.header("Content-Encoding", "gzip");
      ctx.disableCompression();
    }
    ctx.header("Vary", "Accept-Encoding");
    ctx.contentType(media).result(content);
    return true;
  }

  private static byte @Nullable [] read(String path) {
    try (InputStream in = UiRoutes.class.getClassLoader().getResourceAsStream(ROOT + path)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static @Nullable String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? null : name.substring(dot + 1);
  }
}
