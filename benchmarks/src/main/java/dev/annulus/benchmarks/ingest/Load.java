package dev.annulus.benchmarks.ingest;

/**
 * Amount and shape of the load.
 *
 * @param samples total; a fifth of it is warm-up
 * @param hosts with ten metrics each, divided among the connections
 * @param ticks seconds of samples in each body
 * @param connections each with one request in flight
 * @param threads that serve the connections, each a share
 */
record Load(long samples, int hosts, int ticks, int connections, int threads) {
  static final Load DEFAULT = new Load(6_000_000, 1_000, 1, 2, 2);

  /** A copy with one changed setting, such as {@code hosts=100}. */
  Load with(String setting) {
    int equals = setting.indexOf('=');
    long value = Long.parseLong(setting.substring(equals + 1));
    return switch (setting.substring(0, Math.max(0, equals))) {
      case "samples" -> new Load(value, hosts, ticks, connections, threads);
      case "hosts" -> new Load(samples, (int) value, ticks, connections, threads);
      case "ticks" -> new Load(samples, hosts, (int) value, connections, threads);
      case "connections" -> new Load(samples, hosts, ticks, (int) value, threads);
      case "threads" -> new Load(samples, hosts, ticks, connections, (int) value);
      default ->
          throw new IllegalArgumentException(
              "samples, hosts, ticks, connections or threads, not " + setting);
    };
  }

  /** Hosts per connection. */
  int hostsEach(IngestProtocol protocol) {
    return protocol == IngestProtocol.JSON_SINGLE ? 1 : hosts / connections;
  }

  /** Bodies per connection, warm-up included. */
  int bodies(IngestProtocol protocol) {
    long each = protocol == IngestProtocol.JSON_SINGLE ? 1 : 10L * hostsEach(protocol) * ticks;
    return (int) Math.max(5, samples / connections / each);
  }

  int warmUpBodies(IngestProtocol protocol) {
    return bodies(protocol) / 5;
  }
}
