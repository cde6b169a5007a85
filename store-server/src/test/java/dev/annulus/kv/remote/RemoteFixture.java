package dev.annulus.kv.remote;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.nio.file.Path;
import java.time.Duration;

/** A store server in this process, and a client of it. */
public final class RemoteFixture implements AutoCloseable {
  private final EmbeddedEngine embedded;
  private final StoreServer server;
  private final RemoteEngine client;

  public RemoteFixture(Path directory) {
    embedded = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    server = StoreServer.start(StoreServerConfig.onLoopback(0), embedded);
    client = RemoteEngine.open(configOf(server.port()));
  }

  static RemoteConfig configOf(int port) {
    return RemoteConfig.at("127.0.0.1:" + port, Duration.ofSeconds(20));
  }

  public RemoteEngine client() {
    return client;
  }

  StoreServer server() {
    return server;
  }

  @Override
  public void close() {
    client.close();
    server.close();
    embedded.close();
  }
}
