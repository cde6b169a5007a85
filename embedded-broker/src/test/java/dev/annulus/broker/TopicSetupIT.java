package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupIT {
  @TempDir static Path temp;
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(BrokerConfig.in(temp.resolve("broker")));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void createsWhatIsMissingOnce() throws Exception {
    List<TopicSpec> specs = List.of(TopicSpec.of("one", 1), TopicSpec.of("three", 3));

    broker.ensureTopics(specs);
    broker.ensureTopics(specs);

    var found = admin.describeTopics(Set.of("one", "three")).allTopicNames().get();
    assertThat(found.get("one").partitions()).hasSize(1);
    assertThat(found.get("three").partitions()).hasSize(3);
  }

  @Test
  void changesSettingsAndTakesThemBack() {
    broker.ensureTopic(
        new TopicSpec("set", 1, Map.of("retention.ms", "1000", "cleanup.policy", "compact")));

    broker.ensureTopic(new TopicSpec("set", 1, Map.of("retention.ms", "2000")));

    await().untilAsserted(() -> assertThat(setting("set", "retention.ms")).isEqualTo("2000"));
    await().untilAsserted(() -> assertThat(setting("set", "cleanup.policy")).isEqualTo("delete"));
  }

  @Test
  void keepsTheNumberOfPartitions() {
    broker.ensureTopic(TopicSpec.of("keyed", 2));

    assertThatThrownBy(() -> broker.ensureTopic(TopicSpec.of("keyed", 4)))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("topic keyed has 2 partitions, must have 4");
  }

  @Test
  void namesTheSettingThatKafkaDoesNotKnow() {
    assertThatThrownBy(() -> broker.ensureTopic(new TopicSpec("odd", 1, Map.of("no.such", "1"))))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("no.such");
  }

  @Test
  void refusesATopicGivenTwice() {
    assertThatThrownBy(
            () -> broker.ensureTopics(List.of(TopicSpec.of("twice", 1), TopicSpec.of("twice", 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void createsNoTopicOnItsOwn() throws Exception {
    try (var consumer = Clients.consumer(broker.bootstrapServers(), "group")) {
      assertThat(consumer.partitionsFor("typo")).isEmpty();
    }
    assertThat(admin.listTopics().names().get()).doesNotContain("typo");
  }

  private static String setting(String topic, String key) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = admin.describeConfigs(Set.of(resource)).all().get().get(resource);
    return config.get(key).value();
  }
}
