package dev.annulus.benchmarks.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Hosts with ten tags and ten values in a random walk between 0 and 100.
 *
 * @param firstHost number of the first host
 * @param hosts number of hosts
 */
record CpuRows(int firstHost, int hosts) {
  static final List<String> FIELDS =
      List.of(
          "usage_user",
          "usage_system",
          "usage_idle",
          "usage_nice",
          "usage_iowait",
          "usage_irq",
          "usage_softirq",
          "usage_steal",
          "usage_guest",
          "usage_guest_nice");

  private static final List<String> REGIONS =
      List.of("us-east-1", "us-west-1", "eu-west-1", "eu-central-1", "ap-southeast-1");

  /** Alternating keys and values. */
  List<String> tags(int host) {
    Random random = new Random(firstHost + host);
    String region = REGIONS.get(random.nextInt(REGIONS.size()));
    List<String> tags = new ArrayList<>();
    add(tags, "hostname", "host_" + (firstHost + host));
    add(tags, "region", region);
    add(tags, "datacenter", region + (char) ('a' + random.nextInt(3)));
    add(tags, "rack", Integer.toString(random.nextInt(100)));
    add(tags, "os", random.nextBoolean() ? "Ubuntu16.10" : "Ubuntu15.10");
    add(tags, "arch", random.nextBoolean() ? "x64" : "x86");
    add(tags, "team", List.of("SF", "NYC", "LON", "CHI").get(random.nextInt(4)));
    add(tags, "service", Integer.toString(random.nextInt(20)));
    add(tags, "service_version", Integer.toString(random.nextInt(2)));
    add(
        tags,
        "service_environment",
        List.of("production", "staging", "test").get(random.nextInt(3)));
    return tags;
  }

  /** Values of all hosts and fields per tick: {@code [tick][host × 10 + field]}. */
  int[][] values(int ticks) {
    Random random = new Random(firstHost);
    int[][] values = new int[ticks][hosts * FIELDS.size()];
    for (int i = 0; i < values[0].length; i++) {
      int value = random.nextInt(101);
      for (int tick = 0; tick < ticks; tick++) {
        value = Math.min(100, Math.max(0, value + random.nextInt(3) - 1));
        values[tick][i] = value;
      }
    }
    return values;
  }

  /** {@code name{tags}} in Graphite's syntax. */
  String graphite(int host, String field) {
    StringBuilder text = new StringBuilder("cpu_").append(field);
    List<String> tags = tags(host);
    for (int i = 0; i < tags.size(); i += 2) {
      text.append(';').append(tags.get(i)).append('=').append(tags.get(i + 1));
    }
    return text.toString().toLowerCase(Locale.ROOT);
  }

  private static void add(List<String> tags, String key, String value) {
    tags.add(key);
    tags.add(value);
  }
}
