package dev.annulus.ingest;

import java.util.Locale;

/** The protocol of a sample; it selects the retention rules. */
public enum Source {
  JSON,
  INFLUX,
  PROMETHEUS,
  OTLP,
  GRAPHITE,
  COLLECTD;

  /** The lower-case name, as in retention rules and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
