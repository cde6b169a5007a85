package dev.annulus.ingest;

import dev.annulus.service.access.Caller;
import dev.annulus.service.http.AnswerThreads;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemException;
import dev.annulus.wire.LogPosition;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a request's samples and responds only after Kafka's acknowledgement. Counts by source.
 * Thread-safe.
 */
public final class LogWrites {
  /** The response header with the token that a later query passes as {@code after}. */
  public static final String TOKEN_HEADER = "X-Annulus-Token";

  private final SamplePublisher publisher;
  private final Counter accepted;
  private final Counter ignored;
  private final Source source;
  private final MeterRegistry metrics;

  public LogWrites(Source source, SamplePublisher publisher, MeterRegistry metrics) {
    this.source = source;
    this.publisher = publisher;
    this.metrics = metrics;
    this.accepted =
        counter("annulus.ingest.samples", "Samples acknowledged by Kafka", source, metrics);
    this.ignored =
        counter(
            "annulus.ingest.ignored.values",
            "Values that are not numbers, such as texts and staleness markers",
            source,
            metrics);
  }

  /**
   * Responds after the acknowledgement, or with 503 without one. Until then the batch's memory
   * stays reserved.
   *
   * @param answer writes the response, given the position in the log; null if there was nothing to
   *     write
   */
  public void answerAfter(Context ctx, SampleBatch batch, Consumer<@Nullable LogPosition> answer) {
    if (batch.size() == 0) {
      answer.accept(null);
      return;
    }
    IngestMemory.Allowance allowance = batch.allowance();
    Caller caller = Caller.of(ctx);
    if (caller.hasToken()) {
      batch.sentBy(new SampleBatch.Sender(caller.name(), ""));
    }
    CompletableFuture<LogPosition> published = publish(batch);
    if (allowance != null) {
      allowance.keepUntil(published);
    }
    ctx.future(
        () ->
            published.handleAsync(
                (position, failure) -> {
                  if (failure != null) {
                    RuntimeException problem = problemOf(failure);
                    refused(problem);
                    throw problem;
                  }
                  ctx.header(TOKEN_HEADER, position.token());
                  answer.accept(position);
                  return position;
                },
                AnswerThreads.of(ctx)));
  }

  /**
   * Publishes and counts.
   *
   * @param batch not empty
   */
  public CompletableFuture<LogPosition> publish(SampleBatch batch) {
    batch.sentBy(new SampleBatch.Sender(batch.sender().token(), source.label()));
    return publisher
        .publish(batch)
        .whenComplete(
            (position, failure) -> {
              if (failure == null) {
                accepted.increment(batch.size());
              }
            });
  }

  /** Counts values that were skipped because they are not numbers. */
  public void ignored(int values) {
    ignored.increment(values);
  }

  /** Counts a request that was refused in whole or in part. */
  public void refused() {
    refused("invalid");
  }

  /** Counts a request that was refused, by the code of its problem. */
  public void refused(RuntimeException failure) {
    refused(failure instanceof ProblemException known ? known.problem().code() : "error");
  }

  private void refused(String reason) {
    Counter.builder("annulus.ingest.refused.requests")
        .description("Requests refused, whole or in part, by the code of the answer")
        .tag("source", source.label())
        .tag("reason", reason)
        .register(metrics)
        .increment();
  }

  static RuntimeException problemOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof LogUnavailableException away) {
      return Problem.unavailable(away.code(), String.valueOf(away.getMessage()), away.retryAfter())
          .toException();
    }
    return cause instanceof RuntimeException problem ? problem : new CompletionException(cause);
  }

  private static Counter counter(
      String name, String description, Source source, MeterRegistry metrics) {
    return Counter.builder(name)
        .description(description)
        .tag("source", source.label())
        .register(metrics);
  }
}
