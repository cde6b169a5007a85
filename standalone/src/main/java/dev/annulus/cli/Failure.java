package dev.annulus.cli;

import dev.annulus.broker.BrokerStartException;
import dev.annulus.kv.StoreException;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.http.HttpServer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Explains why a command failed, and which option to change. */
final class Failure {
  private Failure() {}

  static String describe(Throwable failure) {
    Throwable cause = StoreException.unwrap(failure);
    if (cause instanceof HttpServer.BindException bind) {
      return bind.getMessage() + "\n  Choose another port with --port, or stop what listens there.";
    }
    if (cause instanceof BrokerStartException) {
      return cause.getMessage()
          + "\n  Kafka's port is set with --kafka-port, its files with --data-dir.";
    }
    if (cause instanceof ConfigException || cause instanceof StoreException) {
      return String.valueOf(cause.getMessage());
    }
    if (cause instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    if (cause instanceof FileAlreadyExistsException existing) {
      return "there is a file " + existing.getFile() + " already";
    }
    StringBuilder text = new StringBuilder();
    for (Throwable e = cause; e != null; e = e.getCause()) {
      text.append(text.isEmpty() ? "" : "\n  because: ").append(e.getMessage());
      if (text.length() > 2_000) {
        break;
      }
    }
    return text.toString();
  }
}
