package dev.annulus.query.jdbc;

import dev.annulus.kv.StoreException;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.NoSuchConnectionException;
import org.apache.calcite.avatica.remote.Service.ErrorResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a JDBC client is told of a failure: words and an SQLSTATE, never a trace. */
final class JdbcErrors {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcErrors.class);

  private JdbcErrors() {}

  static ErrorResponse response(Throwable failure) {
    Throwable cause = StoreException.unwrap(failure);
    if (cause instanceof NoSuchConnectionException) {
      return response(
          "The connection is not open (any more).",
          ErrorResponse.MISSING_CONNECTION_ERROR_CODE,
          "08003");
    }
    if (cause instanceof SqlException e) {
      if (e.code() == SqlErrorCode.INTERNAL) {
        LOG.atError().setCause(e).log("a JDBC query failed unexpectedly");
      }
      return response(words(e), sqlState(e.code()));
    }
    if (cause instanceof JdbcException e) {
      return response(e);
    }
    if (cause instanceof RejectedExecutionException) {
      return response("Too many queries wait for their turn; try again in a moment.", "53300");
    }
    if (cause instanceof StoreException e && e.isTransient()) {
      return response("The store does not answer: " + e.getMessage() + ".", "08006");
    }
    // What a query throws comes from its thread, wrapped; these are Avatica's own, when decoding.
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      LOG.atDebug().setCause(failure).log("a JDBC request cannot be decoded");
      return response(JdbcException.noRequest());
    }
    LOG.atError().setCause(cause).log("a JDBC call failed");
    return response("Something went wrong here; the log of the service says what.", "XX000");
  }

  private static ErrorResponse response(JdbcException refusal) {
    return response(String.valueOf(refusal.getMessage()), refusal.sqlState());
  }

  private static ErrorResponse response(String message, String sqlState) {
    return response(message, ErrorResponse.UNKNOWN_ERROR_CODE, sqlState);
  }

  private static ErrorResponse response(String message, int code, String sqlState) {
    return new ErrorResponse(
        List.of(), message, code, sqlState, AvaticaSeverity.ERROR, AvaticaService.METADATA);
  }

  private static String words(SqlException e) {
    Position position = e.position();
    String where =
        position == null
            ? ""
            : " (line %d, column %d)".formatted(position.line(), position.column());
    String hint = e.hint() == null ? "" : "; " + e.hint();
    return "%s: %s%s%s".formatted(e.code().code(), e.getMessage(), where, hint);
  }

  private static String sqlState(SqlErrorCode code) {
    return switch (code) {
      case SYNTAX_ERROR, INVALID_QUERY -> "42000";
      case UNKNOWN_COLUMN -> "42S22";
      case UNKNOWN_TABLE -> "42S02";
      case UNKNOWN_FUNCTION -> "42883";
      case NOT_A_QUERY -> "25006";
      case MISSING_BOUND -> "42000";
      case TOO_MANY_SAMPLES, TOO_MANY_METRICS, TOO_MANY_ROWS, TOO_MUCH_MEMORY, TOO_COMPLEX ->
          "54000";
      case UNSUPPORTED -> "0A000";
      case INVALID_VALUE -> "22000";
      case TOO_MANY_QUERIES -> "53300";
      case TIMEOUT -> "HYT00";
      case CANCELLED -> "HY008";
      case INTERNAL -> "XX000";
    };
  }
}
