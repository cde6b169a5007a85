package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.SQLException;
import java.time.Duration;

/** Asks both engines and compares their answers. For one thread. */
final class Judge {
  /** For a machine that is busy with other things; what counts is {@link #MOST_PROCESSOR_TIME}. */
  static final Duration DEADLINE = Duration.ofMinutes(5);

  /** A query that takes longer is a fault, on whatever machine. */
  private static final Duration MOST_PROCESSOR_TIME = Duration.ofSeconds(30);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final SqlFixture engine;
  private final Reference reference;
  private final Deviations deviations;

  Judge(SqlFixture engine, Reference reference, Deviations deviations) {
    this.engine = engine;
    this.reference = reference;
    this.deviations = deviations;
  }

  /** How the answers to a query relate. */
  enum Relation {
    /** They are the same. */
    SAME,
    /** Both fail: a number does not fit, say. */
    BOTH_FAIL,
    /** The reference cannot do it. */
    NOT_COMPARED,
    /** They differ in a way that is known. */
    KNOWN,
    /** They differ. */
    DIFFERENT
  }

  /** What was found. */
  record Verdict(Relation relation, GeneratedQuery query, Answer ours, Answer theirs) {
    /** Whether another verdict tells of the same fault, as far as can be seen. */
    boolean isLike(Verdict other) {
      return relation == other.relation && kind().equals(other.kind());
    }

    private String kind() {
      return ours instanceof Answer.Refusal refusal
          ? refusal.code() + refusal.cause()
          : theirs instanceof Answer.Refusal ? "not refused" : "rows";
    }

    @Override
    public String toString() {
      return query + "\n  ours: " + ours + "\n  theirs: " + theirs;
    }
  }

  Verdict judge(GeneratedQuery query) throws SQLException {
    Answer ours = ours(query);
    Answer theirs = theirs(query, ours);
    Relation relation = relation(query, ours, theirs);
    boolean known = relation == Relation.DIFFERENT && deviations.explain(query, ours);
    return new Verdict(known ? Relation.KNOWN : relation, query, ours, theirs);
  }

  private static Relation relation(GeneratedQuery query, Answer ours, Answer theirs) {
    if (ours instanceof Answer.Refusal refusal) {
      return refusal.isFault()
          ? Relation.DIFFERENT
          : theirs instanceof Answer.Refusal ? Relation.BOTH_FAIL : Relation.DIFFERENT;
    }
    if (theirs instanceof Answer.Refusal) {
      return Relation.NOT_COMPARED;
    }
    return ((Answer.Rows) ours).isLike((Answer.Rows) theirs, query.isOrdered(), query.tolerance())
        ? Relation.SAME
        : Relation.DIFFERENT;
  }

  /**
   * What the reference returns. Where a number does not fit there and does here, the engine may
   * have left out what nothing uses; whether it has, or wrapped round, numbers of 128 bits tell.
   */
  private Answer theirs(GeneratedQuery query, Answer ours) throws SQLException {
    Answer theirs = reference.ask(query, DEADLINE);
    return ours instanceof Answer.Rows
            && theirs instanceof Answer.Refusal refusal
            && refusal.message().contains("Out of Range")
        ? reference.ask(query.withWideNumbers(), DEADLINE)
        : theirs;
  }

  private Answer ours(GeneratedQuery query) {
    SqlRequest request =
        SqlRequest.of(query.ours(), engine.limits())
            .withTimeout(DEADLINE)
            .withRange(query.startTs(), null);
    if (query.metricIds() != null) {
      request = request.withMetricIds(query.metricIds());
    }
    long before = THREADS.getCurrentThreadCpuTime();
    try {
      var result = query.isPushed() ? engine.query(request) : engine.queryUnpushed(request);
      Duration taken = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before);
      return taken.compareTo(MOST_PROCESSOR_TIME) > 0
          ? new Answer.Refusal(null, "the processor was busy for " + taken)
          : new Answer.Rows(result.rows());
    } catch (SqlException e) {
      return new Answer.Refusal(
          e.code(), e.code() == SqlErrorCode.INTERNAL ? traceOf(e) : e.getMessage());
    } catch (RuntimeException | Error e) {
      return new Answer.Refusal(null, traceOf(e));
    }
  }

  private static String traceOf(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
