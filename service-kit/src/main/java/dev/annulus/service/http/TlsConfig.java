package dev.annulus.service.http;

import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of a server's certificate.
 *
 * @param certificate the server's certificate, followed by the chain to its issuer
 * @param key its private key, PKCS #8, not encrypted
 * @param reloadInterval how often the files are checked; a changed pair is used for new connections
 */
public record TlsConfig(Path certificate, Path key, Duration reloadInterval) {

  /** Reads {@code http.tls.*}; null if no certificate is set. */
  static @Nullable TlsConfig from(Settings settings) {
    String certificate = settings.textOrNull("http.tls.certificate");
    String key = settings.textOrNull("http.tls.key");
    Duration interval = settings.duration("http.tls.reload-interval", Duration.ofSeconds(10));
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new ConfigException("http.tls.certificate and http.tls.key must be set together");
    }
    return new TlsConfig(Path.of(certificate), Path.of(key), interval);
  }
}
