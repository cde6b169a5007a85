package dev.annulus.ingest;

import java.util.Locale;

/** The protocol a sample came by; it decides which retention rules are asked. */
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
