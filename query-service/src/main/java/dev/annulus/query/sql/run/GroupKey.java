package dev.annulus.query.sql.run;

/** What samples of one group have in common. */
public enum GroupKey {
  /** Their metric. */
  METRIC_ID,
  /** Their piece of time. */
  BUCKET
}
