package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annulus.service.access.ApiToken;
import dev.annulus.service.access.Scope;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole process with tokens, a management listener and the host collector. */
class StandaloneSecurityIT {
  private static final String PROMETHEUS =
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
          + "application/openmetrics-text;version=0.0.1;q=0.5,"
          + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
          + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
  private static final int SERIES_PER_TOKEN = 300;
  private static final ApiToken.Created WRITER = token("writer", Scope.INGEST);
  private static final ApiToken.Created OTHER_WRITER = token("other-writer", Scope.INGEST);
  private static final ApiToken.Created READER = token("reader", Scope.QUERY);
  private static final ApiToken.Created ADMIN = token("admin", Scope.ADMIN);

  @TempDir private static Path directory;
  private static Standalone standalone;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    Map<String, String> flags = settings();
    flags.put("management.port", "0");
    flags.put("demo", "true");
    flags.put("store.max-series-per-token", Integer.toString(SERIES_PER_TOKEN));
    flags.put(
        "auth.tokens",
        String.join(
            ";",
            WRITER.stored().line(),
            OTHER_WRITER.stored().line(),
            READER.stored().line(),
            ADMIN.stored().line()));
    standalone = Standalone.start(StandaloneConfig.from(Settings.of(flags, Map.of(), null)));
  }

  @AfterAll
  static void stop() {
    standalone.close();
  }

  /** Broker, Flink, HTTP: what listens without a token must not be reached from elsewhere. */
  @Test
  void everySocketListensOnLoopback() throws IOException {
    assertThat(ListeningSockets.beyondLoopback()).isEmpty();
    assertThat(ListeningSockets.onLoopback()).isGreaterThan(2);
  }

  @Test
  void aJdbcClientNeedsAToken() throws Exception {
    assertThat(jdbcCount(READER)).isEqualTo(1);
    assertThatThrownBy(() -> jdbcCount(WRITER)).isInstanceOf(Exception.class);
    assertThatThrownBy(() -> jdbcCount(null)).isInstanceOf(Exception.class);
  }

  private static int jdbcCount(ApiToken.@Nullable Created token) throws SQLException {
    String url =
        "jdbc:avatica:remote:url=http://127.0.0.1:%d/avatica;serialization=protobuf"
            .formatted(standalone.httpPort());
    if (token != null) {
      url += ";authentication=BEARER;avatica_user=any;bearer_token=" + token.secret();
    }
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1 AS one")) {
      assertThat(rows.next()).isTrue();
      return rows.getInt(1);
    }
  }

  @Test
  void eachTokenDoesWhatItsScopeSays() throws Exception {
    String sample = "{\"name\":\"m\",\"ts\":1700000000,\"value\":5}";
    assertThat(post("/ingest/gauge", sample, null).statusCode()).isEqualTo(401);
    assertThat(post("/ingest/gauge", sample, READER).statusCode()).isEqualTo(403);
    HttpResponse<String> written = post("/ingest/gauge", sample, WRITER);
    assertThat(written.statusCode()).isEqualTo(200);
    String after = written.body().replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
    String query =
        "{\"sql\":\"SELECT name FROM metrics WHERE name = 'm'\",\"after\":\"" + after + "\"}";
    assertThat(post("/query", query, null).statusCode()).isEqualTo(401);
    assertThat(post("/query", query, WRITER).statusCode()).isEqualTo(403);
    assertThat(post("/query", query, READER).body()).contains("\"count\":1");
    String board = "{\"slug\":\"b\",\"title\":\"t\",\"definition\":{}}";
    assertThat(post("/dashboards", board, READER).statusCode()).isEqualTo(403);
    assertThat(post("/dashboards", board, ADMIN).statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/metrics/1", READER).statusCode()).isEqualTo(403);
  }

  @Test
  void aTokenCreatesSoManySeriesAndOthersGoOn() throws Exception {
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < SERIES_PER_TOKEN + 50; i++) {
      samples.add("{\"name\":\"mine_%d\",\"ts\":1700000000,\"value\":1}".formatted(i));
    }
    HttpResponse<String> mine = post("/ingest/gauge", samples.toString(), OTHER_WRITER);
    assertThat(mine.statusCode()).as(mine.body()).isEqualTo(200);
    assertThat(countOf("mine_", tokenOf(mine))).isEqualTo(SERIES_PER_TOKEN);
    String sample = "{\"name\":\"other_1\",\"ts\":1700000000,\"value\":1}";
    HttpResponse<String> other = post("/ingest/gauge", sample, WRITER);
    assertThat(countOf("other_", tokenOf(other))).isEqualTo(1);
    String more = "{\"name\":\"mine_0\",\"ts\":1700000001,\"value\":2}";
    assertThat(countOf("mine_0", tokenOf(post("/ingest/gauge", more, OTHER_WRITER)))).isEqualTo(1);
    assertThat(get("/-/metrics", READER, null).body()).contains("reason=\"series_limit\"");
  }

  private static String tokenOf(HttpResponse<String> written) {
    return written.body().replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
  }

  /** How many series have a name that begins so. */
  private int countOf(String prefix, String after) throws Exception {
    String sql = "SELECT count(*) AS n FROM metrics WHERE name LIKE '" + prefix + "%'";
    String body =
        post("/query", "{\"sql\":\"%s\",\"after\":\"%s\"}".formatted(sql, after), READER).body();
    assertThat(body).contains("\"n\":");
    return Integer.parseInt(body.replaceAll(".*\"n\":(\\d+).*", "$1"));
  }

  @Test
  void theHostCollectorHasATokenOfItsOwn() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get("/metrics/names", READER, null).body().contains("cpu"));
  }

  @Test
  void oneMetricsPathServesBothKindsOfClients() throws Exception {
    for (String accept : List.of(PROMETHEUS, "text/plain;version=0.0.4;q=1,*/*;q=0.1")) {
      HttpResponse<String> text = get("/metrics", READER, accept);
      assertThat(text.body()).contains("# TYPE annulus_http_requests_seconds");
      assertThat(text.headers().allValues("vary").toString()).contains("Accept");
    }
    assertThat(get("/metrics", READER, PROMETHEUS).body()).endsWith("# EOF\n");
    for (String accept : new String[] {null, "*/*", "text/html,*/*;q=0.8", "text/plain;q=0,*/*"}) {
      assertThat(get("/metrics", READER, accept).body()).startsWith("{\"metrics\":");
    }
    assertThat(get("/metrics", null, "text/plain").statusCode()).isEqualTo(401);
    assertThat(get("/metrics", WRITER, "text/plain").statusCode()).isEqualTo(403);
    assertThat(get("/api/v1/metrics", READER, "text/plain").body()).startsWith("{\"metrics\":");
    assertThat(get("/-/metrics", READER, "application/json").body()).contains("# TYPE");
  }

  @Test
  void theManagementListenerNeedsNoTokenOnLoopback() throws Exception {
    int port = standalone.managementPort();
    assertThat(at(port, "/metrics").body()).contains("# TYPE annulus_log_backlog_bytes gauge");
    assertThat(at(port, "/livez").statusCode()).isEqualTo(200);
    assertThat(at(port, "/readyz").statusCode()).isEqualTo(200);
    assertThat(at(port, "/version").body()).contains("\"version\"");
    assertThat(at(port, "/dashboards").statusCode()).isEqualTo(404);
  }

  @Test
  void theUiIsOpenAndLeadsNowhereElse() throws Exception {
    HttpResponse<String> page = get("/ui/", null, null);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'");
    assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    for (String path :
        List.of(
            "/ui/../../etc/passwd",
            "/ui/%2e%2e/%2e%2e/etc/passwd",
            "/ui/..%2f..%2fetc/passwd",
            "/ui/..;/..;/etc/passwd",
            "/ui//etc/passwd",
            "/ui/assets/../../dev/annulus/service/build.properties",
            "/ui/assets/..%5c..%5clog4j2.xml",
            "/ui/..%00/log4j2.xml")) {
      assertThat(raw(path)).as(path).doesNotContain("root:").doesNotContain("<Configuration");
      assertThat(raw(path)).as(path).doesNotContain("version=").doesNotContain("Exception");
    }
  }

  @Test
  void noSecretIsShown() throws Exception {
    String secret = READER.secret();
    String hash = READER.stored().line().replaceAll(".*sha256:", "");
    for (String path :
        List.of("/version", "/readyz?verbose", "/session", "/nowhere", "/-/metrics")) {
      assertThat(get(path, READER, null).body()).doesNotContain(secret).doesNotContain(hash);
    }
  }

  @Test
  void anOpenAddressIsRefusedBeforeAnythingStarts() {
    Map<String, String> flags = settings();
    flags.put("http.bind", "0.0.0.0");
    assertThatThrownBy(() -> StandaloneConfig.from(Settings.of(flags, Map.of(), null)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http.bind is 0.0.0.0")
        .hasMessageContaining("annulus token create");
    flags.put("auth.insecure", "true");
    assertThat(StandaloneConfig.from(Settings.of(flags, Map.of(), null)).http().host())
        .isEqualTo("0.0.0.0");
    Map<String, String> management = settings();
    management.put("management.bind", "0.0.0.0");
    management.put("management.port", "0");
    assertThatThrownBy(() -> StandaloneConfig.from(Settings.of(management, Map.of(), null)))
        .hasMessageContaining("management.bind is 0.0.0.0");
  }

  private static Map<String, String> settings() {
    Map<String, String> flags = new HashMap<>();
    flags.put("data-dir", directory.toString());
    flags.put("http.port", "0");
    flags.put("kafka.port", "0");
    return flags;
  }

  private static ApiToken.Created token(String name, Scope scope) {
    return ApiToken.create(name, EnumSet.of(scope), new SecureRandom());
  }

  private HttpResponse<String> get(String path, ApiToken.Created token, String accept)
      throws Exception {
    HttpRequest.Builder request = request(standalone.httpPort(), path, token);
    if (accept != null) {
      request.header("Accept", accept);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> at(int port, String path) throws Exception {
    return client.send(request(port, path, null).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body, ApiToken.Created token)
      throws Exception {
    return client.send(
        request(standalone.httpPort(), path, token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String method, String path, ApiToken.Created token)
      throws Exception {
    return client.send(
        request(standalone.httpPort(), path, token).method(method, BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(int port, String path, ApiToken.Created token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (token != null) {
      request.header("Authorization", "Bearer " + token.secret());
    }
    return request;
  }

  /** Sends a path as it is, which HTTP clients would tidy up. */
  private static String raw(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", standalone.httpPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
