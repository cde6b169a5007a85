package dev.annulus.query.sql.plan;

/**
 * What a plan depends on besides the text.
 *
 * @param requestNamesMetrics whether the request has {@code metric_ids}; not which
 * @param pushAggregates whether groups may be computed while scanning
 */
record PlanOptions(boolean requestNamesMetrics, boolean pushAggregates) {}
