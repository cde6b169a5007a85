package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Json;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code /openapi.json} and {@code /docs}, which shows it without anything from outside. */
public final class ApiDocsRoutes implements Routes {
  private static final String OWN = "annulus-api/";
  private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/";
  private static final String WEBJAR_POM = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          + "object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private final byte[] openapi = json(text(OWN + "openapi.yaml"));
  private final String swaggerUi = WEBJAR + version() + "/";

  /** What was asked for once; reading and compressing it each time would cost whoever waits. */
  private final Map<String, byte[]> plain = new ConcurrentHashMap<>();

  private final Map<String, byte[]> compressed = new ConcurrentHashMap<>();

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(
        "/openapi.json",
        ctx -> send(ctx.contentType("application/json"), "openapi.json", () -> openapi),
        Scope.ANYONE);
    routes.get("/docs", ApiDocsRoutes::page, Scope.ANYONE);
    file(routes, "docs.js", OWN + "docs.js", SCRIPT);
    file(routes, "swagger-ui.css", swaggerUi + "swagger-ui.css", STYLE);
    file(routes, "swagger-ui-bundle.js", swaggerUi + "swagger-ui-bundle.js", SCRIPT);
  }

  private void file(RoutesConfig routes, String name, String resource, String media) {
    routes.get(
        "/docs/" + name,
        ctx -> {
          ctx.header("Cache-Control", "public, max-age=300");
          send(ctx.contentType(media), resource, () -> bytes(resource));
        },
        Scope.ANYONE);
  }

  private void send(Context ctx, String name, Supplier<byte[]> content) {
    byte[] file = plain.computeIfAbsent(name, n -> content.get());
    ctx.header("Vary", "Accept-Encoding").disableCompression();
    if (UiRoutes.takes(ctx, "gzip")) {
      ctx.header("Content-Encoding", "gzip");
      ctx.result(compressed.computeIfAbsent(name, n -> gzip(file)));
    } else {
      ctx.result(file);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The router takes a path with and without its last slash for one; links are relative. */
  private static void page(Context ctx) {
    if (!ctx.path().endsWith("/")) {
      ctx.redirect("docs/");
      return;
    }
    ctx.header("Cache-Control", "no-cache");
    ctx.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    ctx.html(text(OWN + "docs.html"));
  }

  private static byte[] json(String yaml) {
    Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    try {
      return Json.mapper().writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the OpenAPI document cannot be written as JSON", e);
    }
  }

  private static String version() {
    Properties pom = new Properties();
    try (InputStream in = open(WEBJAR_POM)) {
      pom.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pom.getProperty("version");
  }

  private static String text(String resource) {
    return new String(bytes(resource), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = ApiDocsRoutes.class.getClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw Problem.notFound(resource + " is not part of this build.").toException();
    }
    return in;
  }
}
