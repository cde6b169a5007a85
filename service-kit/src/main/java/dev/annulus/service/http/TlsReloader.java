package dev.annulus.service.http;

import dev.annulus.service.DaemonThreads;
import dev.annulus.service.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads the certificate when its files change. An invalid pair is logged once and the previous
 * one stays in use. Polls the files, so that it notices the symbolic links that orchestrators swap.
 * Thread-safe.
 */
final class TlsReloader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);

  private final TlsConfig config;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-tls-reload"));
  private List<String> seen;

  TlsReloader(TlsConfig config) {
    this.config = config;
    this.seen = state();
    context.setKeyStore(PemFiles.read(config));
    context.setKeyStorePassword(PemFiles.PASSWORD);
    context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    long millis = Math.max(10, config.reloadInterval().toMillis());
    timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  SslContextFactory.Server context() {
    return context;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    List<String> now = state();
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      var store = PemFiles.read(config);
      context.reload(factory -> factory.setKeyStore(store));
      LOG.atInfo().addKeyValue("file", config.certificate()).log("certificate reloaded");
    } catch (ConfigException e) {
      LOG.atError()
          .addKeyValue("problem", e.getMessage())
          .log("the changed certificate is not used");
    } catch (Exception e) {
      LOG.atError().setCause(e).log("the changed certificate is not used");
    }
  }

  private List<String> state() {
    return List.of(state(config.certificate()), state(config.key()));
  }

  private static String state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
    } catch (IOException e) {
      return "unreadable";
    }
  }
}
