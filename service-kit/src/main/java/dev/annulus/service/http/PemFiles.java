package dev.annulus.service.http;

import dev.annulus.service.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a certificate chain and its key into a key store in memory. */
final class PemFiles {
  /** Not a secret: the key store never leaves memory. */
  static final String PASSWORD = "in-memory";

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private PemFiles() {}

  /**
   * Reads certificate and key.
   *
   * @throws ConfigException naming the file and the problem, never its content; also if the key
   *     does not match the certificate
   */
  static KeyStore read(TlsConfig config) {
    Certificate[] chain = chain(config.certificate());
    PrivateKey key = key(config.key());
    if (!TlsPair.match(chain[0].getPublicKey(), key)) {
      throw new ConfigException(
          "http.tls.key %s does not belong to the certificate %s"
              .formatted(config.key(), config.certificate()));
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, PASSWORD.toCharArray(), chain);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigException("http.tls.certificate cannot be used: " + e.getMessage());
    }
  }

  private static Certificate[] chain(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new ConfigException("http.tls.certificate " + file + " holds no certificate");
      }
      return chain;
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigException("cannot read http.tls.certificate " + file + ": " + e.getMessage());
    }
  }

  private static PrivateKey key(Path file) {
    byte[] encoded;
    try {
      Matcher matcher = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (!matcher.find()) {
        throw new ConfigException(
            "http.tls.key %s must be PKCS #8 (BEGIN PRIVATE KEY), not encrypted; openssl pkcs8 -topk8 -nocrypt makes it so"
                .formatted(file));
      }
      encoded = Base64.getMimeDecoder().decode(matcher.group(1).trim());
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("cannot read http.tls.key " + file);
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // Not a key of this algorithm; try the next.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new ConfigException("http.tls.key " + file + " must be an RSA, EC or EdDSA key");
  }
}
