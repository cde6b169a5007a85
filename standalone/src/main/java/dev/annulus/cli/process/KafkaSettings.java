package dev.annulus.cli.process;

import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Settings that go to Kafka's clients as they are, such as {@code security.protocol}. */
final class KafkaSettings {
  private KafkaSettings() {}

  /** Reads {@code kafka.client.*} and the properties file that {@code kafka.client-file} names. */
  static Map<String, String> from(Settings settings) {
    Map<String, String> client = new TreeMap<>();
    String file = settings.textOrNull("kafka.client-file");
    if (file == null || file.isEmpty()) {
      client.putAll(settings.prefixed("kafka.client."));
      return client;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new ConfigException("cannot read the file of kafka.client-file: " + file);
    }
    properties.stringPropertyNames().forEach(key -> client.put(key, properties.getProperty(key)));
    client.putAll(settings.prefixed("kafka.client."));
    return client;
  }
}
