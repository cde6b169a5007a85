package dev.annulus.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.OperationsRoutes;
import dev.annulus.service.http.Routes;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server, asked by those who may and those who may not. */
class AccessControlIT {
  private final ApiToken.Created writer = token("writer", Scope.INGEST);
  private final ApiToken.Created reader = token("reader", Scope.QUERY);
  private final ApiToken.Created admin = token("admin", Scope.ADMIN);
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/ingest,200,403,403",
    "GET,/query,403,200,403",
    "DELETE,/thing,403,403,200",
    "GET,/forgotten,403,403,200",
    "GET,/-/metrics,403,200,403",
    "GET,/livez,200,200,200",
    "GET,/readyz,200,200,200",
    "GET,/version,200,200,200",
  })
  void aRouteAsksForItsScope(String method, String path, int write, int read, int administer)
      throws Exception {
    start(withTokens());
    assertThat(send(method, path, bearer(writer)).statusCode()).isEqualTo(write);
    assertThat(send(method, path, bearer(reader)).statusCode()).isEqualTo(read);
    assertThat(send(method, path, bearer(admin)).statusCode()).isEqualTo(administer);
    int anyone = write == read && read == administer ? 200 : 401;
    assertThat(send(method, path, null).statusCode()).isEqualTo(anyone);
  }

  @Test
  void refusalsAreProblemsThatSayWhatIsMissing() throws Exception {
    start(withTokens());
    HttpResponse<String> none = send("GET", "/query", null);
    assertThat(none.headers().firstValue("www-authenticate")).hasValue("Bearer realm=\"annulus\"");
    assertThat(none.headers().firstValue("content-type")).hasValue("application/problem+json");
    HttpResponse<String> wrong = send("GET", "/query", "Bearer ann_wrong");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("www-authenticate").orElse(""))
        .contains("error=\"invalid_token\"");
    assertThat(wrong.body()).doesNotContain("ann_wrong");
    HttpResponse<String> scope = send("DELETE", "/thing", bearer(reader));
    assertThat(scope.headers().firstValue("www-authenticate").orElse(""))
        .contains("error=\"insufficient_scope\", scope=\"admin\"");
    assertThat(scope.body()).contains("needs a token with the scope admin");
    assertThat(
            metrics.get("annulus.http.refused.requests").tag("reason", "scope").counter().count())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer  \t",
        "bearer null",
        "Basic",
        "Basic %%%",
        "Basic bm90b2tlbg==",
        "Digest username=x",
        "Negotiate abc",
        ": :",
      })
  void oddHeadersLetNobodyIn(String header) throws Exception {
    start(withTokens());
    assertThat(send("GET", "/query", header).statusCode()).isEqualTo(401);
  }

  @Test
  void clientsThatKnowOtherFormsGetInToo() throws Exception {
    start(withTokens());
    String pair = "anyone:" + reader.secret();
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    assertThat(send("GET", "/query", basic).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/query", "Token " + reader.secret()).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/query", "bearer " + reader.secret()).statusCode()).isEqualTo(200);
  }

  @Test
  void pathTricksDoNotGetAroundTheScope() throws Exception {
    start(withTokens());
    for (String path :
        List.of("/thing/", "//thing", "/./thing", "/x/../thing", "/thing;a=b", "/%74hing")) {
      assertThat(raw("DELETE " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
          .as(path)
          .doesNotContain(" 200 ")
          .doesNotContain("done");
    }
    assertThat(raw("HEAD /query HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .doesNotContain("secret data");
  }

  @Test
  void aBrowserSignsInWithACookieThatScriptsCannotRead() throws Exception {
    start(withTokens());
    assertThat(send("GET", "/session", null).body())
        .isEqualTo("{\"token_required\":true,\"signed_in\":false}");
    assertThat(signIn("ann_wrong").statusCode()).isEqualTo(401);
    HttpResponse<String> in = signIn(reader.secret());
    assertThat(in.statusCode()).isEqualTo(200);
    assertThat(in.body()).contains("\"name\":\"reader\",\"scopes\":[\"query\"]");
    String cookie = in.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie)
        .contains("HttpOnly")
        .contains("SameSite=Strict")
        .contains("Path=/")
        .doesNotContain(reader.secret())
        .doesNotContain("Secure");
    String pair = pair(in);
    assertThat(withCookie("GET", "/query", pair).statusCode()).isEqualTo(200);
    assertThat(withCookie("DELETE", "/thing", pair).statusCode()).isEqualTo(403);
    assertThat(withCookie("GET", "/query", pair + "x").statusCode()).isEqualTo(401);
    HttpResponse<String> both =
        client.send(
            request("GET", "/query", "Bearer wrong").header("Cookie", pair).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(both.statusCode()).as("a wrong header is not made good").isEqualTo(401);
    HttpResponse<String> out = send("DELETE", "/session", null);
    assertThat(out.headers().firstValue("set-cookie").orElse(""))
        .startsWith("annulus_session=;")
        .contains("Expires=Thu, 01 Jan 1970");
    assertThat(withCookie("GET", "/query", pair).statusCode())
        .as("another's request ends nothing")
        .isEqualTo(200);
  }

  @Test
  void whoSignsOutLeavesNoCookieThatOthersCouldUse() throws Exception {
    start(withTokens());
    String pair = pair(signIn(reader.secret()));
    assertThat(withCookie("GET", "/query", pair).statusCode()).isEqualTo(200);
    assertThat(withCookie("DELETE", "/session", pair + "x").statusCode()).isEqualTo(200);
    assertThat(withCookie("GET", "/query", pair).statusCode()).isEqualTo(200);
    assertThat(withCookie("DELETE", "/session", pair).statusCode()).isEqualTo(200);
    assertThat(withCookie("GET", "/query", pair).statusCode()).isEqualTo(401);
    assertThat(withCookie("GET", "/session", pair).body()).contains("\"signed_in\":false");
  }

  @Test
  void twoSessionsOfOneSecondAreNotTheSame() throws Exception {
    start(withTokens());
    String one = pair(signIn(reader.secret()));
    String other = pair(signIn(reader.secret()));
    assertThat(withCookie("DELETE", "/session", one).statusCode()).isEqualTo(200);
    assertThat(withCookie("GET", "/query", one).statusCode()).isEqualTo(401);
    assertThat(withCookie("GET", "/query", other).statusCode()).isEqualTo(200);
  }

  @Test
  void aServerThatCannotKnowWhoHasSignedOutTakesTokensOnly() throws Exception {
    HttpConfig config = withTokens();
    start(config);
    String pair = pair(signIn(reader.secret()));
    try (HttpServer other = HttpServer.start(config, List.of(routes()), metrics)) {
      assertThat(withCookie("GET", "/query", pair).statusCode()).isEqualTo(200);
      server.close();
      server = other;
      HttpResponse<String> cookie = withCookie("GET", "/query", pair);
      assertThat(cookie.statusCode()).isEqualTo(401);
      assertThat(cookie.body()).contains("accepts no sessions");
      assertThat(send("GET", "/query", bearer(reader)).statusCode()).isEqualTo(200);
      assertThat(signIn(reader.secret()).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void pagesOfOtherOriginsChangeNothing() throws Exception {
    start(HttpConfig.on("127.0.0.1", 0));
    for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1:1", "x")) {
      HttpResponse<String> answer = withOrigin("DELETE", "/thing", origin);
      assertThat(answer.statusCode()).as(origin).isEqualTo(403);
      assertThat(answer.body()).contains("foreign_origin");
      assertThat(withOrigin("POST", "/ingest", origin).statusCode()).isEqualTo(403);
      assertThat(withOrigin("POST", "/session", origin).statusCode()).isEqualTo(403);
    }
    String own = "http://127.0.0.1:" + server.port();
    assertThat(withOrigin("DELETE", "/thing", own).statusCode()).isEqualTo(200);
    HttpResponse<String> read = withOrigin("GET", "/query", "https://evil.example");
    assertThat(read.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void aNamePointedAtLoopbackIsRefused() throws Exception {
    start(HttpConfig.on("127.0.0.1", 0));
    assertThat(raw("GET /query HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"))
        .contains(" 403 ")
        .contains("foreign_host")
        .doesNotContain("secret data");
    for (String host : List.of("localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:5")) {
      assertThat(raw("GET /query HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
          .as(host)
          .contains("secret data");
    }
  }

  @Test
  void corsIsOffUnlessConfigured() throws Exception {
    start(HttpConfig.on("127.0.0.1", 0));
    assertThat(preflight("https://app.example").headers().map())
        .doesNotContainKey("access-control-allow-origin");
    server.close();
    AccessConfig open = AccessConfig.open();
    start(
        HttpConfig.on("127.0.0.1", 0)
            .withAccess(
                new AccessConfig(
                    open.tokens(),
                    false,
                    open.sessionKey(),
                    open.sessionLength(),
                    Set.of("https://app.example"),
                    0)));
    HttpResponse<String> on = preflight("https://app.example");
    assertThat(on.statusCode()).isEqualTo(204);
    assertThat(on.headers().firstValue("access-control-allow-origin"))
        .hasValue("https://app.example");
    assertThat(on.headers().firstValue("access-control-allow-credentials")).isEmpty();
    assertThat(withOrigin("DELETE", "/thing", "https://app.example").statusCode()).isEqualTo(200);
    assertThat(preflight("https://app.example.evil").headers().map())
        .doesNotContainKey("access-control-allow-origin");
    assertThatThrownBy(
            () ->
                new AccessConfig(open.tokens(), false, new byte[1], Duration.ZERO, Set.of("*"), 0))
        .hasMessageContaining("http.cors-origins");
  }

  @Test
  void tooManyRequestsOfOneTokenAreSlowedDown() throws Exception {
    TokenBook book = book();
    start(
        HttpConfig.on("127.0.0.1", 0)
            .withAccess(
                new AccessConfig(book, false, new byte[32], Duration.ofHours(1), Set.of(), 1)));
    HttpResponse<String> answer = send("GET", "/query", bearer(reader));
    while (answer.statusCode() == 200) {
      answer = send("GET", "/query", bearer(reader));
    }
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
    assertThat(answer.body()).contains("too_many_requests");
    assertThat(send("POST", "/ingest", bearer(writer)).statusCode())
        .as("another token is not slowed down")
        .isEqualTo(200);
  }

  @Test
  void anAddressOthersCanReachIsNotBoundWithoutTokens() {
    assertThatThrownBy(() -> HttpServer.start(HttpConfig.on("0.0.0.0", 0), List.of(), metrics))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there are no API tokens");
    start(HttpConfig.on("0.0.0.0", 0).withAccess(AccessConfig.with(book())));
    assertThat(server.port()).isPositive();
  }

  private static ApiToken.Created token(String name, Scope scope) {
    return ApiToken.create(name, EnumSet.of(scope), new SecureRandom());
  }

  private TokenBook book() {
    return TokenBook.parse(
        String.join("\n", writer.stored().line(), reader.stored().line(), admin.stored().line()),
        "test");
  }

  private HttpConfig withTokens() {
    return HttpConfig.on("127.0.0.1", 0).withAccess(AccessConfig.with(book()));
  }

  private void start(HttpConfig config) {
    server =
        HttpServer.start(
            config,
            List.of(
                routes(),
                new MemorySessions(),
                new OperationsRoutes(new HealthChecks(), BuildInfo.load(), metrics, "/-/metrics")),
            metrics);
  }

  private static Routes routes() {
    return all -> {
      all.post("/ingest", ctx -> ctx.result(Caller.of(ctx).name()), Scope.INGEST);
      all.get("/query", ctx -> ctx.result("secret data"), Scope.QUERY);
      all.delete("/thing", ctx -> ctx.result("done"), Scope.ADMIN);
      all.get("/forgotten", ctx -> ctx.result("no scope named"));
    };
  }

  private static String pair(HttpResponse<String> signedIn) {
    String cookie = signedIn.headers().firstValue("set-cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static String bearer(ApiToken.Created token) {
    return "Bearer " + token.secret();
  }

  private HttpResponse<String> signIn(String secret) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("/session"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"token\":\"" + secret + "\"}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String method, String path, String authorization)
      throws Exception {
    return client.send(
        request(method, path, authorization).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> withCookie(String method, String path, String cookie)
      throws Exception {
    return client.send(
        request(method, path, null).header("Cookie", cookie).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> withOrigin(String method, String path, String origin)
      throws Exception {
    return client.send(
        request(method, path, null).header("Origin", origin).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    return client.send(
        request("OPTIONS", "/thing", null)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "DELETE")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String method, String path, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody());
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /** What an HTTP client library would refuse to send. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
