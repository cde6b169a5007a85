package dev.annulus.ingest.retention;

import dev.annulus.ingest.Source;
import dev.annulus.model.MetricType;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ring and type of new series whose names match.
 *
 * @param name of the rule, for messages
 * @param source the protocol it applies to; null for all
 * @param pattern found anywhere in the series' name; null for all names
 * @param stepMillis milliseconds per slot; null for the store's default
 * @param slots of the ring; null for the store's default
 * @param type overrides that of the protocol; null keeps it
 */
record RetentionRule(
    String name,
    @Nullable Source source,
    @Nullable Pattern pattern,
    @Nullable Long stepMillis,
    @Nullable Integer slots,
    @Nullable MetricType type) {

  boolean fits(Source from, String seriesName) {
    return (source == null || source == from)
        && (pattern == null || pattern.matcher(seriesName).find());
  }
}
