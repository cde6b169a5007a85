package dev.annulus.store;

import dev.annulus.model.Metric;
import dev.annulus.wire.RejectReason;

/** The result of a {@link SeriesRequest}. */
public sealed interface Resolution {

  /** The series exists or was created. */
  record Found(Metric metric) implements Resolution {}

  /** The samples conflict with the stored series; they go to {@code samples.rejected}. */
  record Refused(RejectReason reason, String detail) implements Resolution {}

  /** All samples are older than the deletion of their series; they are dropped. */
  record Deleted() implements Resolution {}
}
