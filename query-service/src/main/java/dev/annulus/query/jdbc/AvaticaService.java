package dev.annulus.query.jdbc;

import com.google.protobuf.Message;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.jdbc.JdbcMetadata.Asked;
import dev.annulus.query.jdbc.JdbcMetadata.In;
import dev.annulus.query.sql.SqlCatalog;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlCursor;
import dev.annulus.query.sql.plan.SqlEngine;
import dev.annulus.query.sql.syntax.Placeholders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.Meta.Frame;
import org.apache.calcite.avatica.Meta.StatementHandle;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/** Answers one request of the Avatica protocol on the thread of a read. */
final class AvaticaService implements Service {
  /** Names no address: behind a proxy it would say nothing. */
  static final RpcMetadataResponse METADATA = new RpcMetadataResponse("annulus");

  // Their constructors are not public.
  private static final CommitResponse NOTHING_COMMITTED =
      (CommitResponse) empty(Responses.CommitResponse.getDefaultInstance());
  private static final RollbackResponse NOTHING_ROLLED_BACK =
      (RollbackResponse) empty(Responses.RollbackResponse.getDefaultInstance());

  private static final int FIRST_ROWS = 1_000;
  private static final int MOST_ROWS = 10_000;

  private final SqlEngine engine;
  private final JdbcSessions sessions;
  private final JdbcMetadata metadata;
  private final RunningQuery running;
  private final boolean finiteOnly;

  /**
   * @param finiteOnly whether numbers that are infinite or not a number are sent as null, since the
   *     client's encoding has no words for them
   */
  AvaticaService(
      SqlEngine engine,
      JdbcSessions sessions,
      JdbcMetadata metadata,
      RunningQuery running,
      boolean finiteOnly) {
    this.engine = engine;
    this.sessions = sessions;
    this.metadata = metadata;
    this.running = running;
    this.finiteOnly = finiteOnly;
  }

  @Override
  public OpenConnectionResponse apply(OpenConnectionRequest request) {
    sessions.open(given(request.connectionId), request.info == null ? Map.of() : request.info);
    return new OpenConnectionResponse(METADATA);
  }

  @Override
  public CloseConnectionResponse apply(CloseConnectionRequest request) {
    sessions.close(given(request.connectionId));
    return new CloseConnectionResponse(METADATA);
  }

  /** Whatever a client asks for: read only, each query by itself. */
  @Override
  public ConnectionSyncResponse apply(ConnectionSyncRequest request) {
    session(request.connectionId);
    return new ConnectionSyncResponse(
        new ConnectionPropertiesImpl(
            true, true, Connection.TRANSACTION_NONE, SqlCatalog.CATALOG, SqlCatalog.SCHEMA),
        METADATA);
  }

  @Override
  public CreateStatementResponse apply(CreateStatementRequest request) {
    int id = session(request.connectionId).open(null, 0);
    return new CreateStatementResponse(request.connectionId, id, METADATA);
  }

  @Override
  public CloseStatementResponse apply(CloseStatementRequest request) {
    JdbcSession session = sessions.find(given(request.connectionId));
    if (session != null) { // else it is closed already, with its connection
      session.close(request.statementId);
    }
    return new CloseStatementResponse(METADATA);
  }

  @Override
  public PrepareResponse apply(PrepareRequest request) {
    JdbcSession session = session(request.connectionId);
    Placeholders places = places(given(request.sql));
    List<SqlColumn> columns = columns(request.sql, places, session);
    StatementHandle handle =
        new StatementHandle(
            request.connectionId,
            session.open(request.sql, request.maxRowCount),
            JdbcTypes.signature(request.sql, columns, places.count()));
    return new PrepareResponse(handle, METADATA);
  }

  @Override
  public ExecuteResponse apply(PrepareAndExecuteRequest request) {
    JdbcSession session = session(request.connectionId);
    JdbcSession.Statement statement = session.statement(request.statementId);
    if (statement == null) {
      return new ExecuteResponse(null, true, METADATA);
    }
    if (Placeholders.of(given(request.sql)).count() > 0) {
      throw new JdbcException("07001", "The query has parameters: prepare it first.");
    }
    JdbcResult result = run(request.sql, session, request.maxRowCount);
    statement.take(result);
    return answer(
        request.connectionId,
        request.statementId,
        request.sql,
        result,
        request.maxRowsInFirstFrame);
  }

  @Override
  public ExecuteResponse apply(ExecuteRequest request) {
    StatementHandle handle = given(request.statementHandle);
    JdbcSession session = session(handle.connectionId);
    JdbcSession.Statement statement = session.statement(handle.id);
    String sql = statement == null ? null : statement.sql();
    if (statement == null || sql == null) {
      return new ExecuteResponse(null, true, METADATA);
    }
    JdbcResult result = run(filled(sql, request.parameterValues), session, statement.maxRows());
    statement.take(result);
    return answer(handle.connectionId, handle.id, sql, result, request.maxRowCount);
  }

  @Override
  public FetchResponse apply(FetchRequest request) {
    JdbcSession.Statement statement = session(request.connectionId).statement(request.statementId);
    if (statement == null) {
      return new FetchResponse(null, true, true, METADATA);
    }
    JdbcResult result = statement.result();
    if (result == null) {
      return new FetchResponse(null, false, true, METADATA);
    }
    return new FetchResponse(
        result.frame(request.offset, most(request.fetchMaxRowCount)), false, false, METADATA);
  }

  /** Asked for a result that was lost with its connection: the query has to be sent again. */
  @Override
  public SyncResultsResponse apply(SyncResultsRequest request) {
    boolean missing = session(request.connectionId).statement(request.statementId) == null;
    return new SyncResultsResponse(false, missing, METADATA);
  }

  @Override
  public ResultSetResponse apply(CatalogsRequest request) {
    return metadata.catalogs(asked(request.connectionId));
  }

  @Override
  public ResultSetResponse apply(SchemasRequest request) {
    return metadata.schemas(
        asked(request.connectionId), new In(request.catalog, request.schemaPattern));
  }

  @Override
  public ResultSetResponse apply(TablesRequest request) {
    return metadata.tables(
        asked(request.connectionId),
        new In(request.catalog, request.schemaPattern),
        request.tableNamePattern,
        request.typeList);
  }

  @Override
  public ResultSetResponse apply(TableTypesRequest request) {
    return metadata.tableTypes(asked(request.connectionId));
  }

  @Override
  public ResultSetResponse apply(TypeInfoRequest request) {
    return metadata.types(asked(request.connectionId));
  }

  @Override
  public ResultSetResponse apply(ColumnsRequest request) {
    return metadata.columns(
        asked(request.connectionId),
        new In(request.catalog, request.schemaPattern),
        request.tableNamePattern,
        request.columnNamePattern);
  }

  private Asked asked(@Nullable String connection) {
    return new Asked(given(connection), session(connection).nextId());
  }

  @Override
  public DatabasePropertyResponse apply(DatabasePropertyRequest request) {
    return new DatabasePropertyResponse(metadata.properties(), METADATA);
  }

  @Override
  public CommitResponse apply(CommitRequest request) {
    return NOTHING_COMMITTED;
  }

  @Override
  public RollbackResponse apply(RollbackRequest request) {
    return NOTHING_ROLLED_BACK;
  }

  @Override
  public ExecuteBatchResponse apply(PrepareAndExecuteBatchRequest request) {
    throw JdbcException.readOnly();
  }

  @Override
  public ExecuteBatchResponse apply(ExecuteBatchRequest request) {
    throw JdbcException.readOnly();
  }

  @Override
  public void setRpcMetadata(RpcMetadataResponse metadata) {
    // Ours names no server.
  }

  private JdbcSession session(@Nullable String connection) {
    return sessions.get(given(connection));
  }

  private static Response empty(Message message) {
    try {
      return new ProtobufTranslationImpl()
          .parseResponse(
              Common.WireMessage.newBuilder()
                  .setName(message.getClass().getName())
                  .setWrappedMessage(message.toByteString())
                  .build()
                  .toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ExecuteResponse answer(
      String connection, int statement, String sql, JdbcResult result, int firstRows) {
    Frame frame = result.frame(0, most(firstRows));
    return new ExecuteResponse(
        List.of(
            new ResultSetResponse(
                connection,
                statement,
                false,
                JdbcTypes.signature(sql, result.columns(), 0),
                frame,
                -1,
                METADATA)),
        false,
        METADATA);
  }

  /** How many rows to send at once: fewer than asked for is allowed, the driver asks again. */
  private static int most(int wanted) {
    return wanted > 0 ? Math.min(wanted, MOST_ROWS) : FIRST_ROWS;
  }

  /**
   * A part of a request that must be there.
   *
   * @throws JdbcException if it is not
   */
  private static <T> T given(@Nullable T part) {
    if (part == null) {
      throw JdbcException.noRequest();
    }
    return part;
  }

  private static String filled(String sql, @Nullable List<TypedValue> parameters) {
    List<String> literals = new ArrayList<>();
    for (TypedValue parameter : parameters == null ? List.<TypedValue>of() : parameters) {
      literals.add(JdbcTypes.literal(parameter, literals.size() + 1));
    }
    Placeholders places = Placeholders.of(sql);
    if (literals.size() != places.count()) {
      throw new JdbcException(
          "07001",
          "The query has %d parameters, %d were given.".formatted(places.count(), literals.size()));
    }
    return places.fill(literals);
  }

  /**
   * The columns of a query before it is run. With parameters they are a guess, since types can
   * depend on values. What cannot be planned has none, and is refused when it is executed: of a
   * failure to prepare, the driver passes on everything but the reason.
   */
  private List<SqlColumn> columns(String sql, Placeholders places, JdbcSession session) {
    SqlRequest request = request(places.count() == 0 ? sql : places.fillUnknown(), session, 0);
    try {
      return read(sql, () -> engine.columns(request, running.cancel()));
    } catch (SqlException e) {
      return List.of();
    }
  }

  /** The parameters of a text; none if it cannot be split into tokens, see {@link #columns}. */
  private static Placeholders places(String sql) {
    try {
      return Placeholders.of(sql);
    } catch (SqlException refusedLater) {
      return Placeholders.NONE;
    }
  }

  /**
   * @param statementRows how many rows the statement wants at most; 0 or less for all
   */
  private JdbcResult run(String sql, JdbcSession session, long statementRows) {
    long maxRows =
        statementRows > 0 && session.maxRows() > 0
            ? Math.min(statementRows, session.maxRows())
            : Math.max(statementRows, session.maxRows());
    SqlRequest request = request(sql, session, maxRows);
    return read(
        sql,
        () -> {
          try (SqlCursor cursor = engine.query(request, running.cancel())) {
            JdbcResult result = JdbcResult.of(cursor, sessions.held(), finiteOnly);
            if (cursor.cutAt() != null && cursor.stats().rows() != maxRows) {
              result.close();
              throw new SqlException(
                  SqlErrorCode.TOO_MANY_ROWS,
                  "the result has more than " + cursor.cutAt(),
                  null,
                  "add LIMIT, or aggregate",
                  null);
            }
            return result;
          }
        });
  }

  private SqlRequest request(String sql, JdbcSession session, long maxRows) {
    int rows = engine.limits().rows();
    Duration left = running.timeLeft();
    Duration wanted = session.timeout();
    return SqlRequest.of(sql, engine.limits())
        .withTimeout(wanted != null && wanted.compareTo(left) < 0 ? wanted : left)
        .withRange(session.startTs(), session.endTs())
        .withMaxRows(maxRows > 0 ? (int) Math.min(rows, maxRows) : rows);
  }

  private <T> T read(String sql, Supplier<T> work) {
    running.describe(sql);
    try {
      return work.get();
    } catch (SqlException e) {
      running.fail();
      throw e;
    }
  }
}
