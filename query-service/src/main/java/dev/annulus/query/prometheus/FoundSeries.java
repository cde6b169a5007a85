package dev.annulus.query.prometheus;

import dev.annulus.promql.series.Labels;

/**
 * A series that matchers select.
 *
 * @param metricId whose ring has its samples
 */
public record FoundSeries(long metricId, Labels labels) {}
