package dev.annulus.query.http;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.service.http.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures of a query as problems, with the position in the client's own text. The log gets the
 * cause of those that are the engine's own; clients do not.
 */
final class SqlProblems {
  private static final Logger LOG = LoggerFactory.getLogger(SqlProblems.class);

  private SqlProblems() {}

  /** Of a read without SQL. */
  static Problem of(SqlException e) {
    logFault(e, "");
    return withoutPosition(e);
  }

  private static void logFault(SqlException e, String queryId) {
    if (e.code() == SqlErrorCode.INTERNAL) {
      LOG.atError().addKeyValue("query_id", queryId).setCause(e).log("a query failed unexpectedly");
    }
  }

  private static Problem withoutPosition(SqlException e) {
    Problem problem =
        e.code() == SqlErrorCode.TOO_MANY_QUERIES
            ? tooMany(e.getMessage())
            : Problem.of(status(e), e.code().code(), e.getMessage());
    return e.hint() == null ? problem : problem.with("hint", e.hint());
  }

  /** Too many reads wait. */
  static Problem tooMany(String detail) {
    return Problem.unavailable(SqlErrorCode.TOO_MANY_QUERIES.code(), detail, Duration.ofSeconds(1));
  }

  static Problem of(SqlException e, QueryTemplate template, String queryId) {
    logFault(e, queryId);
    Problem problem = withoutPosition(e).with("query_id", queryId);
    SqlException.Position position = e.position();
    if (position != null) {
      problem = problem.with("position", position(position, template));
    }
    return problem;
  }

  private static int status(SqlException e) {
    return switch (e.code()) {
      case TIMEOUT -> 408;
      case CANCELLED -> 409;
      case TOO_MUCH_MEMORY -> 413;
      case INTERNAL -> 500;
      default -> 400;
    };
  }

  private static Map<String, Object> position(
      SqlException.Position position, QueryTemplate template) {
    int from = offset(template.sql(), position.line(), position.column());
    int to = offset(template.sql(), position.endLine(), position.endColumn()) + 1;
    int start = template.originalOffset(from);
    int end = Math.max(start + 1, template.originalOffset(to));
    String text = template.original();
    int line = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("offset", start);
    members.put("line", line);
    members.put("column", start - text.lastIndexOf('\n', start - 1));
    members.put("length", end - start);
    return members;
  }

  /** The offset of a line and column, both from 1. */
  private static int offset(String text, int line, int column) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        break;
      }
      start = end + 1;
    }
    return Math.min(text.length(), start + column - 1);
  }
}
