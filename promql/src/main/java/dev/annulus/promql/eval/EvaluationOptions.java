package dev.annulus.promql.eval;

import java.util.function.LongUnaryOperator;

/**
 * How queries are evaluated, as Prometheus' flags.
 *
 * @param lookbackMillis how old the last sample of a series may be for an instant vector
 * @param defaultSubqueryStep from the range of a sub-query without a step to its step, both in
 *     milliseconds
 * @param delayedNameRemoval whether metrics' names are kept until the end of the evaluation and
 *     only then removed where a function or operator removes them; off in Prometheus unless asked
 *     for
 * @param version where versions of Prometheus differ, which of them to follow
 */
public record EvaluationOptions(
    long lookbackMillis,
    LongUnaryOperator defaultSubqueryStep,
    boolean delayedNameRemoval,
    PrometheusVersion version) {

  /** Prometheus 3's defaults: five minutes, one minute, and names removed at once. */
  public static final EvaluationOptions DEFAULT =
      new EvaluationOptions(300_000, range -> 60_000, false, PrometheusVersion.V3);
}
