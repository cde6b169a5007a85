package dev.annulus.benchmarks.ingest;

/**
 * How much is sent and how.
 *
 * @param samples in all, of which a fifth is for warming up
 * @param hosts of ten figures each, shared out among the connections
 * @param ticks seconds of samples in each body
 * @param connections each with one body on its way
 * @param threads that serve the connections, each its share of them in turn
 */
record Load(long samples, int hosts, int ticks, int connections, int threads) {
  static final Load DEFAULT = new Load(6_000_000, 1_000, 1, 2, 2);

  /** The same with one setting changed, such as {@code hosts=100}. */
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

  /** Hosts of each connection. */
  int hostsEach(Protocol protocol) {
    return protocol == Protocol.JSON_SINGLE ? 1 : hosts / connections;
  }

  /** Bodies of each connection, warm-up included. */
  int bodies(Protocol protocol) {
    long each = protocol == Protocol.JSON_SINGLE ? 1 : 10L * hostsEach(protocol) * ticks;
    return (int) Math.max(5, samples / connections / each);
  }

  int warmUpBodies(Protocol protocol) {
    return bodies(protocol) / 5;
  }
}
