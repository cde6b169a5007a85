package dev.annulus.collector;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Posts batches to the gateway, one at a time. Not thread-safe except {@link #cancel}. */
final class GatewayClient {
  private static final int MAX_ANSWER_BYTES = 16 << 10;

  private final CollectorConfig config;
  private final ScheduledExecutorService scheduler;
  private final ResponseClassifier reader;
  private final HttpClient http;
  private final String base;
  private volatile @Nullable CompletableFuture<?> inFlight;

  GatewayClient(CollectorConfig config, InstantSource clock, ScheduledExecutorService scheduler) {
    this.config = config;
    this.scheduler = scheduler;
    this.reader = new ResponseClassifier(clock, config.maxRetryAfter());
    this.base = config.endpoint().toString().replaceFirst("/+$", "");
    // A redirect would carry the token to another host.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.requestTimeout())
            .build();
  }

  /**
   * Posts a batch. The future never fails: failures are an {@link PostOutcome}. Completes on a
   * client thread.
   */
  CompletableFuture<PostOutcome> post(PostBody batch) {
    CompletableFuture<HttpResponse<byte[]>> response =
        http.sendAsync(request(batch), head -> new BoundedBody(MAX_ANSWER_BYTES));
    inFlight = response;
    // The client's own timeout only covers the headers; a stalled body would hang forever.
    ScheduledFuture<?> deadline =
        scheduler.schedule(
            () -> response.cancel(true), config.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
    return response
        .whenComplete((answer, failure) -> deadline.cancel(false))
        .thenApply(
            answer ->
                reader.answered(
                    answer.statusCode(), answer.headers().firstValue("Retry-After"), answer.body()))
        .exceptionally(ResponseClassifier::failed);
  }

  /** Cancels the request in flight, if any. */
  void cancel() {
    CompletableFuture<?> request = inFlight;
    if (request != null) {
      request.cancel(true);
    }
  }

  private HttpRequest request(PostBody batch) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + batch.path()))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(batch.json()));
    if (config.token() != null) {
      request.header("Authorization", "Bearer " + config.token());
    }
    return request.build();
  }
}
