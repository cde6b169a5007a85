package dev.annulus.wire;

import java.util.Locale;

/** Why a sample was rejected to {@code samples.rejected}. The label is public: it never changes. */
public enum RejectReason {
  /** The record is neither valid JSON nor valid Protocol Buffers. */
  MALFORMED,
  /** A field is missing, unknown, of the wrong type, or breaks a rule. */
  INVALID,
  /** The ts is further in the future than the allowed skew. */
  FUTURE,
  /** The series exists with another type. */
  TYPE_CONFLICT,
  /** The metric_id belongs to another series, or the series has another metric_id. */
  ID_CONFLICT,
  /** The series would be new, and a series limit is reached. */
  SERIES_LIMIT,
  /** The store refuses the series or its samples for good. */
  STORE_REFUSED,
  /**
   * The samples were older than a lap of their ring when they arrived. One record per source and
   * minute reports all of them. They are stored, until newer samples take their slots.
   */
  TOO_OLD,
  /**
   * The samples were more than a lap older than future ones that their series has: a clock was set
   * back, or a sender's is ahead. One record per source and minute reports all of them. They lose
   * the slots that newer samples have taken.
   */
  OVERTAKEN,
  /** The job failed repeatedly at this record, which was set aside without decoding. */
  SET_ASIDE;

  /** The lower-case label used in headers, metrics and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
