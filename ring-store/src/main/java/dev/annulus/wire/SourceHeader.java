package dev.annulus.wire;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** By which protocol the samples of a record on the topic {@code samples} came. */
public final class SourceHeader {
  /** The Kafka record header that names it. */
  public static final String NAME = "annulus-source";

  /** What a record without the gateway's header came by. */
  public static final String KAFKA = "kafka";

  /** The gateway's protocols; any other text counts as {@link #KAFKA}, so that there are few. */
  private static final Set<String> KNOWN =
      Set.of("json", "influx", "prometheus", "otlp", "graphite", "collectd");

  private SourceHeader() {}

  /** All that {@link #of} may give. */
  public static Set<String> all() {
    Set<String> all = new HashSet<>(KNOWN);
    all.add(KAFKA);
    return all;
  }

  /** The protocol a header names. */
  public static String of(@Nullable String header) {
    return header != null && KNOWN.contains(header) ? header : KAFKA;
  }
}
