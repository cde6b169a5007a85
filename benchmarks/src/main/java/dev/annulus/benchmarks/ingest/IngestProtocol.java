package dev.annulus.benchmarks.ingest;

import java.util.List;
import java.util.function.IntFunction;

/** The ingest protocols. */
enum IngestProtocol {
  /** A sequence of JSON samples. */
  JSON,
  /** The same of counters, whose reading is the time. */
  JSON_COUNTER,
  /** One JSON sample per request. */
  JSON_SINGLE,
  LINE,
  REMOTE_WRITE,
  /** Plain lines over TCP, without responses. */
  GRAPHITE;

  static final String SECONDS = "SSSSSSSSSS";

  /**
   * The bodies of one connection.
   *
   * @param bodies number of bodies
   * @param path on the target
   */
  Bodies bodies(CpuRows rows, int ticks, long start, int bodies, String path) {
    String type = "Content-Type: application/json\r\n";
    int samples = this == JSON_SINGLE ? 1 : rows.hosts() * CpuRows.FIELDS.size() * ticks;
    return switch (this) {
      case JSON, JSON_COUNTER, JSON_SINGLE ->
          new PatchedBodies(path, type, samples, rows, ticks, start, json(rows));
      case LINE -> new PatchedBodies(path, "", samples, rows, ticks, start, lines(rows));
      case GRAPHITE -> new PatchedBodies(path, "", samples, rows, ticks, start, graphite(rows));
      case REMOTE_WRITE -> new RemoteWriteBodies(path, rows, ticks, start, bodies);
    };
  }

  private static PatchedBodies.Renderer lines(CpuRows rows) {
    String[] heads = perHost(rows, host -> "cpu" + joined(rows.tags(host), ",", "=", "") + " ");
    return values -> {
      StringBuilder text = new StringBuilder();
      for (int host = 0; host < heads.length; host++) {
        text.append(heads[host]);
        for (int field = 0; field < 10; field++) {
          text.append(field == 0 ? "" : ",").append(CpuRows.FIELDS.get(field));
          text.append('=').append(values[10 * host + field]).append('i');
        }
        text.append(' ').append(SECONDS).append("000000000\n");
      }
      return text.toString();
    };
  }

  private PatchedBodies.Renderer json(CpuRows rows) {
    String[] tags =
        perHost(rows, host -> "{" + joined(rows.tags(host), ",\"", "\":\"", "\"").substring(1));
    int fields = this == JSON_SINGLE ? 1 : 10;
    return values -> {
      StringBuilder text = new StringBuilder();
      for (int host = 0; host < tags.length; host++) {
        for (int field = 0; field < fields; field++) {
          text.append("{\"name\":\"cpu_");
          text.append(CpuRows.FIELDS.get(field)).append("\",\"ts\":").append(SECONDS);
          if (this == JSON_COUNTER) {
            text.append(",\"raw_value\":").append(SECONDS);
          } else {
            text.append(",\"value\":").append(values[10 * host + field]);
          }
          text.append(",\"tags\":").append(tags[host]).append("}}\n");
        }
      }
      return text.toString();
    };
  }

  private static PatchedBodies.Renderer graphite(CpuRows rows) {
    return values -> {
      StringBuilder text = new StringBuilder();
      for (int host = 0; host < rows.hosts(); host++) {
        for (int field = 0; field < 10; field++) {
          text.append(rows.graphite(host, CpuRows.FIELDS.get(field))).append(' ');
          text.append(values[10 * host + field]).append(' ').append(SECONDS).append('\n');
        }
      }
      return text.toString();
    };
  }

  private static String[] perHost(CpuRows rows, IntFunction<String> text) {
    String[] all = new String[rows.hosts()];
    for (int i = 0; i < all.length; i++) {
      all[i] = text.apply(i);
    }
    return all;
  }

  private static String joined(List<String> pairs, String before, String between, String after) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pairs.size(); i += 2) {
      text.append(before).append(pairs.get(i)).append(between).append(pairs.get(i + 1));
      text.append(after);
    }
    return text.toString();
  }
}
