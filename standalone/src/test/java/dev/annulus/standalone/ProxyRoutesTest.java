package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.GatewayConfig;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.ProtocolRoutes;
import dev.annulus.ingest.SampleDataRoutes;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.Routes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What stands in front of gateway and query service sends to the gateway what the gateway answers,
 * and everything else to the query service.
 */
class ProxyRoutesTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Pattern LOCATION =
      Pattern.compile(
          "location (?<exact>=|) *(?<path>\\S+) \\{ proxy_pass \\$(?<service>gateway|query); }");
  private static final Pattern INGRESS_PATH =
      Pattern.compile(
          "path: (?<path>\\S+?),?\\s+pathType: (?<exact>Exact|Prefix),?\\s+backend: [&*](?<service>gateway|query)");

  /** Both services have this by themselves. */
  private static final Set<String> OF_BOTH = Set.of("/query");

  private record Rule(boolean exact, String path, String service) {
    boolean matches(String asked) {
      return exact ? asked.equals(path) : asked.startsWith(path);
    }
  }

  @Test
  void nginxSendsTheGatewayWhatItAnswers() throws IOException {
    check(rules("compose/nginx.conf", LOCATION, "="));
  }

  @Test
  void theIngressSendsTheGatewayWhatItAnswers() throws IOException {
    check(rules("kubernetes/base/ingress.yaml", INGRESS_PATH, "Exact"));
  }

  private static void check(List<Rule> rules) {
    Set<String> ofGateway = gatewayPaths();
    assertThat(ofGateway).contains("/write", "/api/v1/write", "/ingest/gauge");
    for (String path : ofGateway) {
      assertThat(serviceOf(rules, path)).as(path).isEqualTo("gateway");
    }
    // And nothing else: each exact path is one that the gateway has.
    for (Rule rule : rules) {
      if (rule.exact() && rule.service().equals("gateway")) {
        assertThat(ofGateway).contains(rule.path());
      }
    }
    for (String path :
        List.of(
            "/",
            "/ui/",
            "/metrics",
            "/ingest/rejected",
            "/query",
            "/api/v1/query",
            "/api/v1/label/job/values",
            "/api/v1/read",
            "/readyz")) {
      assertThat(serviceOf(rules, path)).as(path).isEqualTo("query");
    }
  }

  /** An exact path wins, then the longest prefix: nginx and Ingress agree on that. */
  private static String serviceOf(List<Rule> rules, String path) {
    Rule best = null;
    for (Rule rule : rules) {
      if (rule.matches(path)
          && (best == null
              || rule.exact()
              || (!best.exact() && rule.path().length() > best.path().length()))) {
        best = rule;
      }
    }
    return best == null ? "nobody" : best.service();
  }

  private static List<Rule> rules(String file, Pattern pattern, String exact) throws IOException {
    List<Rule> rules = new ArrayList<>();
    String text = Files.readString(DEPLOY.resolve(file));
    for (Matcher found = pattern.matcher(text); found.find(); ) {
      rules.add(
          new Rule(
              found.group("exact").equals(exact), found.group("path"), found.group("service")));
    }
    assertThat(rules).as(file).hasSizeGreaterThan(5);
    return rules;
  }

  private static Set<String> gatewayPaths() {
    Settings settings = Settings.of(Map.of(), Map.of(), null);
    GatewayConfig config = GatewayConfig.from(settings);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    InstantSource clock = InstantSource.system();
    List<Routes> routes =
        new ArrayList<>(
            ProtocolRoutes.all(
                config,
                ProtocolConfig.from(settings, config.rules()),
                batch -> new CompletableFuture<>(),
                clock,
                metrics));
    routes.add(new SampleDataRoutes(batch -> new CompletableFuture<>(), clock));
    try (HttpServer server = HttpServer.start(HttpConfig.on("127.0.0.1", 0), routes, metrics)) {
      return server.routes().stream()
          .map(route -> route.substring(route.indexOf(' ') + 1))
          .filter(path -> !OF_BOTH.contains(path))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
