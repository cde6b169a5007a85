package dev.annulus.wire;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The protocol that the samples of a record on the topic {@code samples} were sent by. */
public final class SourceHeader {
  /** The Kafka record header that names it. */
  public static final String NAME = "annulus-source";

  /** The source of a record without the gateway's header. */
  public static final String KAFKA = "kafka";

  /** The gateway's protocols; any other value counts as {@link #KAFKA}, to bound cardinality. */
  private static final Set<String> KNOWN =
      Set.of("json", "influx", "prometheus", "otlp", "graphite", "collectd");

  private SourceHeader() {}

  /** All values that {@link #of} returns. */
  public static Set<String> all() {
    Set<String> all = new HashSet<>(KNOWN);
    all.add(KAFKA);
    return all;
  }

  /** The protocol in a header. */
  public static String of(@Nullable String header) {
    return header != null && KNOWN.contains(header) ? header : KAFKA;
  }
}
