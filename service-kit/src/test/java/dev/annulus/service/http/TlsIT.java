package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annulus.service.access.Scope;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void aChangedCertificateIsUsedWithoutARestart(String algorithm) throws Exception {
    TlsConfig tls = certificate("first", algorithm);
    Routes routes =
        all ->
            all.get(
                "/secure", ctx -> ctx.result(String.valueOf(ctx.req().isSecure())), Scope.QUERY);
    try (HttpServer server =
        HttpServer.start(
            HttpConfig.on("127.0.0.1", 0).withTls(tls),
            List.of(routes),
            new SimpleMeterRegistry())) {
      SSLSocket open = connect(server.port());
      assertThat(subject(open)).isEqualTo("CN=first");

      Files.writeString(tls.certificate(), "half a certificate");
      certificateInto("second", algorithm, tls);
      await().atMost(LIMIT).until(() -> subject(server.port()).equals("CN=second"));

      open.getOutputStream()
          .write("GET /secure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
      assertThat(new String(open.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .as("open connections go on")
          .contains(" 200 ")
          .endsWith("true");

      Files.writeString(tls.key(), "broken");
      Files.writeString(tls.certificate(), "broken");
      await().pollDelay(Duration.ofMillis(100)).until(() -> true);
      assertThat(subject(server.port())).as("the one before stays").isEqualTo("CN=second");
    }
  }

  @Test
  void theHeaderDeadlineLeavesConnectionsInUseAlone() throws Exception {
    HttpConfig on = HttpConfig.on("127.0.0.1", 0);
    HttpConfig quick =
        new HttpConfig(
            on.host(),
            on.port(),
            on.threads(),
            on.maxHeaderBytes(),
            on.maxConnections(),
            on.acceptBacklog(),
            on.idleTimeout(),
            "",
            Duration.ofMillis(300),
            on.slowClients(),
            on.access(),
            certificate("a", "EC"));
    Routes routes = all -> all.get("/x", ctx -> ctx.result("#"), Scope.QUERY);
    try (HttpServer server = HttpServer.start(quick, List.of(routes), new SimpleMeterRegistry());
        SSLSocket socket = connect(server.port())) {
      long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
      while (System.nanoTime() < end) {
        socket.getOutputStream().write("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
        int read = socket.getInputStream().read();
        while (read >= 0 && read != '#') {
          read = socket.getInputStream().read();
        }
        assertThat(read).isEqualTo('#');
      }
    }
  }

  @Test
  void onlyModernProtocolsAreSpoken() throws Exception {
    try (HttpServer server =
        HttpServer.start(
            HttpConfig.on("127.0.0.1", 0).withTls(certificate("a", "RSA")),
            List.of(),
            new SimpleMeterRegistry())) {
      SSLSocket old = connect(server.port());
      assertThat(old.getSession().getProtocol()).isEqualTo("TLSv1.3");
      try (java.net.Socket plain = new java.net.Socket("127.0.0.1", server.port())) {
        plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes());
        assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .doesNotContain("HTTP/1.1 200");
      }
    }
  }

  @Test
  void badFilesAreNamedButNotShown() throws Exception {
    TlsConfig good = certificate("a", "RSA");
    TlsConfig other = certificate("b", "RSA");
    assertRefused(
        new TlsConfig(good.certificate(), other.key(), Duration.ofDays(1)), "does not belong to");
    assertRefused(
        new TlsConfig(directory.resolve("none"), good.key(), Duration.ofDays(1)),
        "cannot read http.tls.certificate");
    Path old = Files.writeString(directory.resolve("old"), "-----BEGIN RSA PRIVATE KEY-----\nMII");
    assertRefused(new TlsConfig(good.certificate(), old, Duration.ofDays(1)), "must be PKCS #8");
    assertThatThrownBy(
            () -> TlsConfig.from(Settings.of(Map.of("http.tls.certificate", "x"), Map.of(), null)))
        .hasMessageContaining("must be set together");
  }

  private static void assertRefused(TlsConfig tls, String message) {
    assertThatThrownBy(
            () ->
                HttpServer.start(
                    HttpConfig.on("127.0.0.1", 0).withTls(tls),
                    List.of(),
                    new SimpleMeterRegistry()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("MII");
  }

  private TlsConfig certificate(String name, String algorithm) throws Exception {
    TlsConfig config =
        new TlsConfig(
            directory.resolve(name + ".pem"),
            directory.resolve(name + ".key"),
            Duration.ofMillis(20));
    certificateInto(name, algorithm, config);
    return config;
  }

  /** Makes a self-signed pair with the JDK's own tool. */
  private void certificateInto(String name, String algorithm, TlsConfig files) throws Exception {
    Path store = directory.resolve(name + System.nanoTime() + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "k",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    Files.writeString(
        files.key(), pem("PRIVATE KEY", keys.getKey("k", "secret".toCharArray()).getEncoded()));
    Files.writeString(
        files.certificate(), pem("CERTIFICATE", keys.getCertificate("k").getEncoded()));
  }

  private static String pem(String kind, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes), kind);
  }

  private static String subject(int port) throws Exception {
    try (SSLSocket socket = connect(port)) {
      return subject(socket);
    }
  }

  private static String subject(SSLSocket socket) throws IOException {
    X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  private static SSLSocket connect(int port) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.startHandshake();
    return socket;
  }

  /** The test looks at the certificate itself. */
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
