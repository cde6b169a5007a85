package dev.annulus.service.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Sits between Jetty and all routes, so that no thread ever waits for a client: a request is
 * handled once its body is complete, on its lane's threads, and writes its response without
 * blocking. Thread-safe.
 */
final class RequestIntake extends Handler.Wrapper {
  private static final int SMALL_BODY = 1_000_000;
  private static final int MOST_QUEUED = 4_096;

  /** From this length on a decoded body may be large. */
  private static final int BULK_BYTES = 1 << 20;

  /** From this length on parsing the body of a read may take longer than a short read does. */
  private static final int LARGE_READ_BYTES = 64 << 10;

  /** Maximum expansion of a byte: one factor for gzip and zstd, one for Snappy. */
  private static final int MOST_INFLATED = 1_032;

  private static final int MOST_UNSNAPPED = 22;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final SlowClients limits;
  private final Waiters bodies;
  private final Waiters answers;
  private final Function<Request, Lane> lanes;
  private final ErrorPages errors;
  private final MeterRegistry metrics;
  private final Map<Lane, LaneThreads> threads = new EnumMap<>(Lane.class);

  /**
   * @param size number of threads of the server
   * @param lanes returns the lane of a path
   */
  RequestIntake(
      Server server,
      int size,
      SlowClients limits,
      Function<Request, Lane> lanes,
      ErrorPages errors,
      MeterRegistry metrics) {
    this.limits = limits;
    this.lanes = lanes;
    this.errors = errors;
    this.metrics = metrics;
    Scheduler scheduler = server.getScheduler();
    // The connection's idle timeout ends silent bodies, with a message.
    this.bodies = new Waiters("bodies", scheduler, Duration.ofDays(1), limits.maxBodies(), metrics);
    this.answers =
        new Waiters("answers", scheduler, limits.writeTimeout(), limits.maxAnswers(), metrics);
    addBean(bodies);
    addBean(answers);
    Executor executor = server.getThreadPool();
    // Connections need threads too, and AT_ONCE requests use those.
    int shared = size - Math.max(3, size / 4);
    int processors = Runtime.getRuntime().availableProcessors();
    int bulk = Math.min(shared / 4, processors);
    Map.of(
            Lane.OPERATIONS,
            shared / 8,
            Lane.INGEST,
            shared * 3 / 8,
            Lane.BULK,
            bulk,
            Lane.READS,
            shared / 4,
            Lane.LARGE_READS,
            Math.min(shared / 8, processors / 2))
        .forEach(
            (lane, share) ->
                threads.put(
                    lane,
                    new LaneThreads(lane, executor, Math.max(1, share), MOST_QUEUED, metrics)));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Lane lane = lanes.apply(request);
    PendingAnswer answer = new PendingAnswer(request, response, answers);
    Exchange exchange = new Exchange(request, answer.response(), answer.callback(callback), lane);
    if (!hasBody(request)) {
      exchange.run(request);
      return true;
    }
    long most = lane == Lane.INGEST ? limits.maxBodies() : SMALL_BODY;
    if (request.getLength() > most) {
      exchange.refuse(ArrivingBody.tooLarge(most));
      return true;
    }
    exchange.receive(most);
    return true;
  }

  private static boolean hasBody(Request request) {
    return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
        || request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > 0;
  }

  private final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Lane lane;

    Exchange(Request request, Response response, Callback callback, Lane lane) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.lane = lane;
    }

    void receive(long most) {
      ArrivingBody[] body = new ArrivingBody[1];
      body[0] =
          new ArrivingBody(
              request,
              limits,
              bodies,
              most,
              problem -> {
                if (problem == null) {
                  Lane heavier = ofLength(body[0].length());
                  Callback ended = Callback.from(callback, body[0]::close);
                  new Exchange(body[0].whole(), response, ended, heavier).run();
                } else {
                  refuse(problem);
                }
              });
      body[0].run();
    }

    /** Keeps fast requests from waiting behind slow ones. */
    private Lane ofLength(long length) {
      if (lane == Lane.READS && length > LARGE_READ_BYTES) {
        return Lane.LARGE_READS;
      }
      if (lane != Lane.INGEST) {
        return lane;
      }
      String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
      long factor =
          encoding == null || encoding.equalsIgnoreCase("identity")
              ? 1
              : encoding.equalsIgnoreCase("snappy") ? MOST_UNSNAPPED : MOST_INFLATED;
      return length * factor > BULK_BYTES ? Lane.BULK : Lane.INGEST;
    }

    void run(Request whole) {
      new Exchange(whole, response, callback, lane).run();
    }

    private void run() {
      LaneThreads share = threads.get(lane);
      if (share == null) {
        handle();
      } else if (!share.run(this::handle)) {
        refuse(
            Problem.unavailable(
                "overloaded", "Too many requests wait; try again in a moment.", RETRY_AFTER));
      }
    }

    private void handle() {
      try {
        if (!RequestIntake.super.handle(request, response, callback)) {
          Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
        }
      } catch (Throwable e) {
        Response.writeError(request, response, callback, e);
      }
    }

    /** The rest of the body is not read: the connection closes after the response. */
    void refuse(Problem problem) {
      Counter.builder("annulus.http.refused.requests")
          .description(
              "Requests refused before they reach a route: no valid token or scope, too many")
          .tag("reason", problem.code())
          .register(metrics)
          .increment();
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      try {
        errors.send(request, response, problem, callback);
      } catch (Exception e) {
        callback.failed(e);
      }
    }
  }
}
