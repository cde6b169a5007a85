package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
  private final BrokerConfig config = BrokerConfig.in(Path.of("data"));

  @Test
  void kafkaKnowsEverySetting() {
    settings(config)
        .keySet()
        .forEach(
            key ->
                assertThat(KafkaConfig.configDef().names())
                    .contains(key.replaceFirst("^listener\\.name\\.controller\\.", "")));
  }

  @Test
  void zeroForcesEveryAppend() {
    assertThat(settings(config.withSyncInterval(Duration.ZERO)))
        .containsEntry("log.flush.interval.messages", "1");
    assertThat(settings(config.withSyncInterval(Duration.ofSeconds(3))))
        .containsEntry("log.flush.interval.ms", "3000")
        .containsEntry("log.flush.scheduler.interval.ms", "3000")
        .doesNotContainKey("log.flush.interval.messages");
  }

  @Test
  void namesTheRealPorts() {
    try (ListenerSockets sockets = ListenerSockets.bind(config)) {
      int port = sockets.clients().getPort();
      int controllerPort = sockets.controller().getPort();

      assertThat(ServerSettings.of(config, sockets))
          .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port)
          .containsEntry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
      assertThat(port).isPositive().isNotEqualTo(controllerPort);
    }
  }

  private static Map<String, String> settings(BrokerConfig config) {
    try (ListenerSockets sockets = ListenerSockets.bind(config)) {
      return ServerSettings.of(config, sockets);
    }
  }
}
