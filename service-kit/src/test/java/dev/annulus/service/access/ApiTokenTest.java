package dev.annulus.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTokenTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final ApiToken.Created created =
      ApiToken.create("ci", EnumSet.of(Scope.INGEST, Scope.QUERY), new SecureRandom());

  @Test
  void whatIsStoredFindsTheTokenButDoesNotHoldIt() {
    String line = created.stored().line();
    assertThat(line).startsWith("ci ingest,query sha256:").doesNotContain(created.secret());
    TokenBook book = TokenBook.parse("# comment\n\n" + line + "\n", "test");
    assertThat(book.find(created.secret()))
        .hasValueSatisfying(
            token -> assertThat(token.scopes()).containsExactly(Scope.INGEST, Scope.QUERY));
    assertThat(book.find(created.secret() + "x")).isEmpty();
    assertThat(book.find("")).isEmpty();
    assertThat(book.find(line.substring(line.indexOf(':') + 1))).as("the hash itself").isEmpty();
    assertThat(created.toString()).doesNotContain(created.secret());
  }

  @Test
  void tokensHaveFullEntropyAndDiffer() {
    ApiToken.Created other = ApiToken.create("ci", EnumSet.of(Scope.QUERY), new SecureRandom());
    assertThat(created.secret()).hasSize(4 + 43).isNotEqualTo(other.secret());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann_secretsecretsecret",
        "ci ingest",
        "ci ingest ann_secretsecretsecret",
        "ci ingest sha256:abc",
        "ci ingest sha256:zz",
        "ci write sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "ci anyone sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "../x ingest sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      })
  void aBadLineIsNamedByItsNumberAndNotRepeated(String line) {
    assertThatThrownBy(() -> TokenBook.parse("# first\n" + line, "tokens"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("tokens, line 2: ")
        .message()
        .doesNotContain("secretsecret");
  }

  @Test
  void aNameIsGivenOnce() {
    String line = created.stored().line();
    assertThatThrownBy(() -> TokenBook.parse(line + ";" + line, "auth.tokens"))
        .hasMessage("auth.tokens, line 2: the name ci is given twice");
  }

  @Test
  void addressesOthersCanReachNeedTokens(@TempDir Path directory) throws Exception {
    AccessConfig open = AccessConfig.open();
    for (String loopback : new String[] {"127.0.0.1", "localhost", "::1", "127.8.8.8"}) {
      open.requireSafe("http.bind", loopback);
    }
    for (String reachable : new String[] {"0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid"}) {
      assertThatThrownBy(() -> open.requireSafe("http.bind", reachable))
          .hasMessageContaining("http.bind is " + reachable)
          .hasMessageContaining("--insecure");
    }
    Path file = Files.writeString(directory.resolve("tokens"), created.stored().line());
    Settings settings = Settings.of(Map.of("auth.tokens-file", file.toString()), Map.of(), null);
    AccessConfig.from(settings).requireSafe("http.bind", "0.0.0.0");
    AccessConfig.from(Settings.of(Map.of("auth.insecure", "true"), Map.of(), null))
        .requireSafe("http.bind", "0.0.0.0");
  }

  @Test
  void tokensInTheEnvironmentAreNotShown() {
    Settings settings =
        Settings.of(Map.of(), Map.of("ANNULUS_AUTH_TOKENS", created.stored().line()), null);
    AccessConfig config = AccessConfig.from(settings);
    assertThat(config.tokens().find(created.secret())).isPresent();
    assertThat(settings.resolved().toString() + config).doesNotContain("sha256:");
  }

  /** The variable of auth.tokens-file is also the one that names a file with auth.tokens. */
  @Test
  void aFileOfTokensCanBeNamedInTheEnvironment(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), created.stored().line() + "\n");
    Settings settings =
        Settings.of(Map.of(), Map.of("ANNULUS_AUTH_TOKENS_FILE", file.toString()), null);
    assertThat(AccessConfig.from(settings).tokens().find(created.secret())).isPresent();
    settings.requireKnown();
  }

  @Test
  void anEmptyTokensFileIsAMistake(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), "# none yet\n");
    Settings settings = Settings.of(Map.of("auth.tokens-file", file.toString()), Map.of(), null);
    assertThatThrownBy(() -> AccessConfig.from(settings)).hasMessageContaining("holds no token");
  }

  @Test
  void aSessionEndsWithItsTimeItsTokenAndItsKey() {
    AtomicLong now = new AtomicLong(1_000);
    byte[] key = new byte[32];
    Sessions sessions =
        new Sessions(key, HOUR, new MemorySessions(), () -> Instant.ofEpochSecond(now.get()));
    TokenBook book = TokenBook.parse(created.stored().line(), "test");
    String cookie = sessions.begin(created.stored());
    assertThat(sessions.find(cookie, book)).isPresent();

    assertThat(sessions.find(cookie.replace(".4600.", ".9999."), book)).as("prolonged").isEmpty();
    assertThat(sessions.find(cookie.replace("ci.", "ad."), book)).as("renamed").isEmpty();
    for (String broken :
        new String[] {
          "",
          ".",
          "..",
          "...",
          "ci..",
          "ci...",
          "ci.x.y.z",
          "ci.4600.",
          "ci.4600.a.",
          "ci.4600.a.%%"
        }) {
      assertThat(sessions.find(broken, book)).as(broken).isEmpty();
    }
    byte[] otherKey = {1};
    Sessions other =
        new Sessions(otherKey, HOUR, new MemorySessions(), () -> Instant.ofEpochSecond(1));
    assertThat(other.find(cookie, book)).as("another server's").isEmpty();
    String renewed =
        ApiToken.create("ci", EnumSet.of(Scope.QUERY), new SecureRandom()).stored().line();
    assertThat(sessions.find(cookie, TokenBook.parse(renewed, "test")))
        .as("token replaced under the same name")
        .isEmpty();
    assertThat(sessions.find(cookie, TokenBook.EMPTY)).isEmpty();
    now.set(4_600);
    assertThat(sessions.find(cookie, book)).as("over").isEmpty();
  }

  @Test
  void theRateIsKeptPerCaller() {
    AtomicLong nanos = new AtomicLong();
    RateLimit limit = new RateLimit(10, nanos::get);
    for (int i = 0; i < 10; i++) {
      assertThat(limit.take("a")).isEmpty();
    }
    assertThat(limit.take("a")).hasValue(Duration.ofMillis(100));
    assertThat(limit.take("b")).isEmpty();
    nanos.addAndGet(Duration.ofMillis(150).toNanos());
    assertThat(limit.take("a")).isEmpty();
    assertThat(limit.take("a")).isPresent();
    for (int i = 0; i < 20_000; i++) {
      assertThat(limit.take("c" + i)).isEmpty();
    }
  }
}
