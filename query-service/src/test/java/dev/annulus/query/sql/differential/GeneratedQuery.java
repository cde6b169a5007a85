package dev.annulus.query.sql.differential;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query and how it is asked.
 *
 * @param text with <code>{ours|theirs}</code> where the two dialects differ
 * @param isOrdered whether the order of the rows is told
 * @param metricIds the metrics that the request names; null if it names none
 * @param startTs the oldest ts to be seen; null for any
 * @param isPushed whether aggregates may be computed while scanning
 */
record GeneratedQuery(
    String text,
    boolean isOrdered,
    @Nullable List<Long> metricIds,
    @Nullable Long startTs,
    boolean isPushed) {
  private static final Pattern DIALECTS = Pattern.compile("\\{([^{}|]*)\\|([^{}|]*)}");

  private static final Pattern DEVIATIONS = Pattern.compile("stddev|var_|variance");

  /** As it is sent to the engine. */
  String ours() {
    return text(1);
  }

  /** As it is sent to the reference. */
  String theirs() {
    return text(2);
  }

  /** The same with whole numbers of 128 bits in the reference. */
  GeneratedQuery withWideNumbers() {
    String wide = text.replace(" AS BIGINT)}", " AS HUGEINT)}");
    return new GeneratedQuery(wide, isOrdered, metricIds, startTs, isPushed);
  }

  /** How far doubles may differ: the reference loses digits of deviations of large numbers. */
  double tolerance() {
    return DEVIATIONS.matcher(text).find() ? 1e-7 : 1e-9;
  }

  private String text(int group) {
    Matcher matcher = DIALECTS.matcher(text);
    return matcher.replaceAll(found -> Matcher.quoteReplacement(found.group(group)));
  }

  @Override
  public String toString() {
    return ours()
        + (metricIds == null ? "" : "\n  metric_ids " + metricIds)
        + (startTs == null ? "" : "\n  start_ts " + startTs)
        + (isPushed ? "" : "\n  computed from rows")
        + "\n  DuckDB: "
        + theirs();
  }
}
