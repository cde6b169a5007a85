package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.api.SqlErrorCode;
import dev.annulus.query.sql.api.SqlException;
import dev.annulus.query.sql.api.SqlRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks both engines and compares what they say. */
final class Judge {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Rows rows;
  private final Deviations deviations;

  Judge(Rows rows, Deviations deviations) {
    this.rows = rows;
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
          ? String.valueOf(refusal.code())
          : theirs instanceof Answer.Refusal ? "not refused" : "rows";
    }

    @Override
    public String toString() {
      return query + "\n  ours: " + ours + "\n  theirs: " + theirs;
    }
  }

  Verdict judge(GeneratedQuery query) throws SQLException {
    Answer ours = ours(query);
    Answer theirs = theirs(query);
    Relation relation = relation(query, ours, theirs);
    boolean known = relation == Relation.DIFFERENT && deviations.explain(query, ours);
    return new Verdict(known ? Relation.KNOWN : relation, query, ours, theirs);
  }

  private static Relation relation(GeneratedQuery query, Answer ours, Answer theirs) {
    if (ours instanceof Answer.Refusal refusal) {
      SqlErrorCode code = refusal.code();
      return code == SqlErrorCode.INTERNAL || code == null
          ? Relation.DIFFERENT
          : theirs instanceof Answer.Refusal ? Relation.BOTH_FAIL : Relation.DIFFERENT;
    }
    if (theirs instanceof Answer.Refusal refusal) {
      return refusal.message().contains("Out of Range")
          ? Relation.DIFFERENT
          : Relation.NOT_COMPARED;
    }
    return ((Answer.Rows) ours).isLike((Answer.Rows) theirs, query.isOrdered())
        ? Relation.SAME
        : Relation.DIFFERENT;
  }

  private Answer ours(GeneratedQuery query) {
    SqlRequest request =
        SqlRequest.of(query.ours(), rows.fixture.limits())
            .withTimeout(DEADLINE)
            .withRange(query.startTs(), null);
    if (query.metricIds() != null) {
      request = request.withMetricIds(query.metricIds());
    }
    try {
      var result =
          query.isPushed() ? rows.fixture.query(request) : rows.fixture.queryUnpushed(request);
      return new Answer.Rows(result.rows());
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

  private Answer theirs(GeneratedQuery query) throws SQLException {
    rows.show(query);
    try (Statement statement = rows.reference.createStatement()) {
      statement.setQueryTimeout((int) DEADLINE.toSeconds());
      try (ResultSet result = statement.executeQuery(query.theirs())) {
        List<List<@Nullable Object>> all = new ArrayList<>();
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<@Nullable Object> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(value(result.getObject(i)));
          }
          all.add(row);
        }
        return new Answer.Rows(all);
      }
    } catch (SQLException e) {
      return new Answer.Refusal(null, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable Object value(@Nullable Object value) {
    return value instanceof BigDecimal decimal ? (Object) decimal.doubleValue() : value;
  }
}
