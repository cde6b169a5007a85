package dev.annulus.query.sql.plan;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to write here for functions that other systems have. */
final class OtherNames {
  private static final String NONE_OF_LISTS = "a row for each value: there are no lists";
  private static final String PATTERNS = "LIKE with % and _; tags can be filtered by selectors";

  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("quantile", "approx_percentile(value, p)"),
          Map.entry("quantile_cont", "approx_percentile(value, p)"),
          Map.entry("quantile_disc", "percentile_disc(p) WITHIN GROUP (ORDER BY value)"),
          Map.entry("approx_quantile", "approx_percentile(value, p)"),
          Map.entry("percentile", "approx_percentile(value, p)"),
          Map.entry("percentile_approx", "approx_percentile(value, p)"),
          Map.entry("approx_count_distinct", "count(DISTINCT x)"),
          Map.entry("arg_max", "last(value, ts)"),
          Map.entry("max_by", "last(value, ts)"),
          Map.entry("argmax", "last(value, ts)"),
          Map.entry("arg_min", "first(value, ts)"),
          Map.entry("min_by", "first(value, ts)"),
          Map.entry("argmin", "first(value, ts)"),
          Map.entry("sum_if", "sum(x) FILTER (WHERE condition)"),
          Map.entry("sumif", "sum(x) FILTER (WHERE condition)"),
          Map.entry("if", "CASE WHEN condition THEN a ELSE b END"),
          Map.entry("iif", "CASE WHEN condition THEN a ELSE b END"),
          Map.entry("nvl", "coalesce(a, b)"),
          Map.entry("length", "char_length(text)"),
          Map.entry("len", "char_length(text)"),
          Map.entry("substr", "substring(text FROM start FOR length)"),
          Map.entry("strpos", "position(part IN text)"),
          Map.entry("instr", "position(part IN text)"),
          Map.entry("overlay", "substring(text FROM 1 FOR n) || part || substring(text FROM m)"),
          Map.entry("concat", "a || b"),
          Map.entry("log", "ln(x) or log10(x)"),
          Map.entry("pow", "power(x, y)"),
          Map.entry("trunc", "truncate(x, digits)"),
          Map.entry("date_part", "extract(HOUR FROM to_timestamp(ts))"),
          Map.entry("year", "extract(YEAR FROM to_timestamp(ts))"),
          Map.entry("month", "extract(MONTH FROM to_timestamp(ts))"),
          Map.entry("day", "extract(DAY FROM to_timestamp(ts))"),
          Map.entry("hour", "extract(HOUR FROM to_timestamp(ts))"),
          Map.entry("minute", "extract(MINUTE FROM to_timestamp(ts))"),
          Map.entry("date", "CAST(to_timestamp(ts) AS DATE)"),
          Map.entry("date_bin", "time_bucket('5 minutes', ts)"),
          Map.entry("histogram", "count(*) … GROUP BY floor(value / width)"),
          Map.entry("unix_timestamp", "unix_seconds(timestamp)"),
          Map.entry("epoch", "unix_seconds(timestamp)"),
          Map.entry("to_unixtimestamp", "unix_seconds(timestamp)"),
          Map.entry("timestampdiff", "unix_seconds(b) - unix_seconds(a)"),
          Map.entry("datediff", "unix_seconds(b) - unix_seconds(a)"),
          Map.entry("timestampadd", "timestamp + INTERVAL '1' HOUR"),
          Map.entry("dateadd", "timestamp + INTERVAL '1' HOUR"),
          Map.entry("strftime", "CAST(to_timestamp(ts) AS VARCHAR)"),
          Map.entry("to_char", "CAST(to_timestamp(ts) AS VARCHAR)"),
          Map.entry("date_format", "CAST(to_timestamp(ts) AS VARCHAR)"),
          Map.entry("delta", "diff(value, 1) OVER (ORDER BY ts), or last(value) - first(value)"),
          Map.entry("derivative", "counter_rate(value, ts) OVER (ORDER BY ts)"),
          Map.entry("moving_average", "rolling_mean(value, n) OVER (ORDER BY ts)"),
          Map.entry("string_agg", NONE_OF_LISTS),
          Map.entry("array_agg", NONE_OF_LISTS),
          Map.entry("list", NONE_OF_LISTS),
          Map.entry("group_concat", NONE_OF_LISTS),
          Map.entry("listagg", NONE_OF_LISTS),
          Map.entry("regexp_like", PATTERNS),
          Map.entry("regexp_matches", PATTERNS),
          Map.entry("regexp_replace", PATTERNS));

  private OtherNames() {}

  /** A hint that names what does the same, or nearly; null if nothing is known to. */
  static @Nullable String insteadOf(String function) {
    String here = BY_NAME.get(function);
    return here == null ? null : "Use " + here + ".";
  }
}
