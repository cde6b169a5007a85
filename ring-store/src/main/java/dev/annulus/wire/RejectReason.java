package dev.annulus.wire;

import java.util.Locale;

/** Why a sample went to {@code samples.rejected}. The label is public: it never changes. */
public enum RejectReason {
  /** The record is neither valid JSON nor valid Protocol Buffers. */
  MALFORMED,
  /** A field is missing, unknown, mistyped or breaks a rule. */
  INVALID,
  /** The ts lies further in the future than the allowed skew. */
  FUTURE,
  /** The series exists with another type. */
  TYPE_CONFLICT,
  /** The metric_id belongs to another series, or the series has another metric_id. */
  ID_CONFLICT,
  /** The series would be new, and the database holds as many as it may. */
  SERIES_LIMIT,
  /** The store refuses the series or its samples for good. */
  STORE_REFUSED,
  /**
   * The samples were older than their ring is long when they came. One record tells of all of a
   * source within a minute; they are stored, and gone as soon as newer ones take their slots.
   */
  TOO_OLD,
  /** The job failed at the record again and again; it was set aside unread. */
  SET_ASIDE;

  /** The lower-case label used in headers, metrics and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
