package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.Routes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built application over HTTP, at the root and below a base path. */
class UiRoutesIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static HttpServer root;
  private static HttpServer below;

  @BeforeAll
  static void start() {
    root = server("");
    below = server("/team/annulus");
  }

  @AfterAll
  static void stop() {
    root.close();
    below.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ui", "/ui/", "/ui/explore?s=cpu", "/ui/d/a.dash/p/3", "/ui/x/y/"})
  void everyPageLoadsItsScriptsFromWhereverItIs(String page) throws Exception {
    for (String base : List.of("", "/team/annulus")) {
      HttpServer server = base.isEmpty() ? root : below;
      HttpResponse<byte[]> answer = get(server, base + page, "gzip");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Content-Type")).startsWith("text/html");
      assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
      String script = script(server, base + page);
      assertThat(script).startsWith(base + "/ui/assets/");
      assertThat(get(server, script, "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void pagesMayLoadNothingFromElsewhere() throws Exception {
    assertThat(header(get(root, "/ui/", ""), "Content-Security-Policy"))
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("http")
        .doesNotContain("script-src");
  }

  @ParameterizedTest
  @CsvSource({"'br, gzip', br", "gzip, gzip", "'gzip;q=1, br;q=0', gzip", "identity, ''", "'', ''"})
  void hashedFilesAreKeptForGoodAndSentCompressed(String accepted, String encoding)
      throws Exception {
    HttpResponse<byte[]> answer = get(root, script(root, "/ui/"), accepted);

    assertThat(header(answer, "Cache-Control")).contains("immutable").contains("max-age=31536000");
    assertThat(header(answer, "Content-Encoding")).isEqualTo(encoding);
    assertThat(header(answer, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(header(answer, "Content-Type")).startsWith("text/javascript");
    assertThat(answer.body()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/ui/assets/gone-12345678.js, 404",
    "/ui/assets/%2e%2e/index.html, 404",
    "/ui/assets/../../dev/annulus/query/QueryService.class, 404"
  })
  void whatIsNoFileOfTheApplicationIsNotSent(String path, int status) throws Exception {
    HttpResponse<byte[]> answer = get(root, path, "");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(text(answer)).doesNotContain("<html");
  }

  @Test
  void pagesOfAStartingProcessAreUnavailableButCanBeShown() throws Exception {
    HttpConfig config = HttpConfig.on("127.0.0.1", 0);
    List<Routes> routes = List.of(UiRoutes.whileStarting(Duration.ofSeconds(2)));
    try (HttpServer starting = HttpServer.start(config, routes, new SimpleMeterRegistry())) {
      HttpResponse<byte[]> page = get(starting, "/ui/d/some", "");
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(header(page, "Retry-After")).isEqualTo("2");
      assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
      assertThat(header(page, "Content-Type")).startsWith("text/html");
      assertThat(header(page, "Content-Security-Policy")).contains("default-src 'self'");
      HttpResponse<byte[]> script = get(starting, script(starting, "/ui/d/some"), "");
      assertThat(script.statusCode()).isEqualTo(200);
      assertThat(header(script, "Cache-Control")).contains("immutable");
    }
  }

  @Test
  void theRootLeadsToTheApplication() throws Exception {
    HttpResponse<byte[]> answer = get(below, "/team/annulus/", "");
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(URI.create("http://host/team/annulus/").resolve(header(answer, "Location")))
        .isEqualTo(URI.create("http://host/team/annulus/ui/"));
  }

  private static HttpServer server(String basePath) {
    HttpConfig config = HttpConfig.on("127.0.0.1", 0).withBasePath(basePath);
    return HttpServer.start(config, List.of(new UiRoutes()), new SimpleMeterRegistry());
  }

  /** Where a page's module script lies, as a browser resolves it. */
  private static String script(HttpServer server, String page) throws Exception {
    Matcher module =
        Pattern.compile("<script type=\"module\"[^>]* src=\"([^\"]+)\"")
            .matcher(text(get(server, page, "")));
    assertThat(module.find()).isTrue();
    return uri(server, page).resolve(module.group(1)).getPath();
  }

  private static HttpResponse<byte[]> get(HttpServer server, String path, String accepted)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(server, path));
    if (!accepted.isEmpty()) {
      request.header("Accept-Encoding", accepted);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static URI uri(HttpServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
