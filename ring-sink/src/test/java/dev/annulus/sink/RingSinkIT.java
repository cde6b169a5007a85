package dev.annulus.sink;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The job on the broker of standalone. */
class RingSinkIT extends RingSinkContract {
  @TempDir private static Path brokerDirectory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(BrokerConfig.in(brokerDirectory));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  String bootstrapServers() {
    return broker.bootstrapServers();
  }
}
