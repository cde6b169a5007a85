package dev.annulus.query.http.prometheus;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.http.AnswerStream;
import dev.annulus.query.http.Reads;
import dev.annulus.query.prometheus.FoundSeries;
import dev.annulus.query.prometheus.PromqlQueries;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/**
 * {@code POST /api/v1/read}: remote read. Samples in one message, which has to fit into a query's
 * memory, or a stream of chunks, which only needs that of one series.
 */
public final class RemoteReadRoutes implements Routes {
  private static final String PATH = "/api/v1/read";
  private static final String MESSAGE = "application/x-protobuf";
  private static final String STREAM =
      "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

  /** Of a character at most. A request is as long as a query may be. */
  private static final int UTF8_BYTES = 4;

  /** What an array of bytes can hold, also while it is compressed. */
  private static final long MOST_ANSWERED = 1 << 30;

  /** A message is there as parts, as a whole, and compressed. */
  private static final int COPIES = 3;

  private final PromqlQueries queries;
  private final Reads reads;

  public RemoteReadRoutes(PromqlQueries queries, Reads reads) {
    this.queries = queries;
    this.reads = reads;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post(PATH, this::read, Scope.QUERY);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    return Map.of(PATH, new PrometheusErrors());
  }

  private void read(Context ctx) {
    long arrived = System.nanoTime();
    RemoteReadRequest request = request(ctx.bodyAsBytes());
    String what = "POST " + PATH + " " + request.queries();
    ctx.future(
        () ->
            reads
                .query(
                    ctx,
                    what,
                    arrived,
                    queries.limits().timeout(),
                    ctx.queryParam("after"),
                    running -> answer(ctx, running, request))
                .exceptionally(
                    failure -> {
                      throw PrometheusErrors.of(failure);
                    }));
  }

  private RemoteReadRequest request(byte[] body) {
    long most = UTF8_BYTES * (long) queries.limits().sqlChars();
    try {
      if (Snappy.uncompressedLength(body) > most) {
        throw ApiParameters.badData(
            "the request is larger than %d bytes, %d for each of query.max-sql-chars"
                .formatted(most, UTF8_BYTES));
      }
      return RemoteReadRequest.of(Snappy.uncompress(body));
    } catch (IOException e) {
      throw ApiParameters.badData("the body is not a prometheus.ReadRequest in a Snappy block");
    } catch (IllegalArgumentException e) {
      throw ApiParameters.badData(String.valueOf(e.getMessage()));
    }
  }

  private void answer(Context ctx, RunningQuery running, RemoteReadRequest request) {
    AnswerStream out = new AnswerStream(ctx, request.chunked() ? STREAM : MESSAGE, running);
    try (QueryBudget budget = queries.budget(running.timeLeft(), running.cancel())) {
      if (request.chunked()) {
        chunks(out, budget, request.queries());
      } else {
        byte[] body = Snappy.compress(samples(budget, request.queries()));
        ctx.header("Content-Encoding", "snappy");
        out.write(body);
      }
      out.finish(false);
    } catch (SqlException e) {
      running.fail();
      out.abort(PrometheusErrors.of(e));
    } catch (IOException e) {
      running.cancel().cancel(); // the client has gone; there is nobody to tell
    }
  }

  private void chunks(AnswerStream out, QueryBudget budget, List<RemoteReadRequest.Query> asked)
      throws IOException {
    for (int i = 0; i < asked.size(); i++) {
      try (SeriesCursor series = series(budget, asked.get(i))) {
        while (series.next()) {
          RemoteReadResponse.frames(out, series, i);
        }
      }
    }
  }

  private byte[] samples(QueryBudget budget, List<RemoteReadRequest.Query> asked)
      throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream response = CodedOutputStream.newInstance(message);
    long most = Math.min(MOST_ANSWERED, queries.limits().resultBytes());
    long total = 0;
    for (RemoteReadRequest.Query query : asked) {
      List<byte[]> result = new ArrayList<>();
      int size = 0;
      try (SeriesCursor series = series(budget, query)) {
        while (series.next()) {
          if (series.size() > 0) {
            byte[] one = RemoteReadResponse.timeSeries(series);
            total += one.length;
            if (total > most) {
              throw tooLarge(most);
            }
            budget.hold((long) COPIES * one.length);
            size += CodedOutputStream.computeByteArraySize(1, one);
            result.add(one);
          }
        }
      }
      response.writeTag(1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      response.writeUInt32NoTag(size);
      for (byte[] one : result) {
        response.writeByteArray(1, one);
      }
    }
    response.flush();
    return message.toByteArray();
  }

  private static SqlException tooLarge(long most) {
    return new SqlException(
        SqlErrorCode.TOO_MUCH_MEMORY,
        "the samples of the answer have more than %d bytes (query.max-result-bytes)"
            .formatted(most),
        null,
        "accept chunks, which are streamed, or ask for fewer series or a shorter range of time",
        null);
  }

  private SeriesCursor series(QueryBudget budget, RemoteReadRequest.Query query) {
    List<FoundSeries> found = queries.finder().find(query.matchers(), budget);
    found.sort(Comparator.comparing(FoundSeries::labels)); // clients merge them
    return queries.samples(budget, found, query.startMillis(), query.endMillis());
  }
}
