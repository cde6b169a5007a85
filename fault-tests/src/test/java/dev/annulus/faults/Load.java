package dev.annulus.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * Clients that write all the time and send each batch again until it is acknowledged, as the
 * contract asks of them. Every writer has series of its own: rings that wrap and rings that do not,
 * gauges and counters that reset now and then.
 */
final class Load implements AutoCloseable {
  private static final long START = 1_700_000_000L;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  // Leaves the processors to what is tested.
  private static final Duration PACE = Duration.ofMillis(20);
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Api api;
  private final Ledger ledger;
  private final List<Writer> writers = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile String problem;

  Load(Api api, Ledger ledger, Random random, String prefix, int count) {
    this.api = api;
    this.ledger = ledger;
    for (int i = 0; i < count; i++) {
      Writer writer = new Writer(prefix + i, new Random(random.nextLong()));
      writers.add(writer);
      writer.start();
    }
  }

  /** Ends once every writer's last batch is acknowledged; fails if that takes too long. */
  @Override
  public void close() throws InterruptedException {
    stopped.countDown();
    for (Writer writer : writers) {
      writer.join(LIMIT.toMillis());
    }
    if (problem == null && writers.stream().anyMatch(Thread::isAlive)) {
      problem = "a batch was not acknowledged within " + LIMIT;
    }
    for (Writer writer : writers) {
      writer.join();
    }
    if (problem != null) {
      throw new AssertionError(problem);
    }
  }

  /** Waits until so many more samples are acknowledged. */
  void awaitMore(long samples) {
    long wanted = ledger.size() + samples;
    await("acknowledged samples", () -> ledger.size() >= wanted);
  }

  /** Waits until every writer has been refused once more. */
  void awaitRefused() {
    Map<Writer, Integer> before = new HashMap<>();
    writers.forEach(writer -> before.put(writer, writer.refused.get()));
    await(
        "refusals",
        () -> before.entrySet().stream().allMatch(w -> w.getKey().refused.get() > w.getValue()));
  }

  private void await(String what, BooleanSupplier condition) {
    Awaitility.await(what)
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              if (problem != null) {
                throw new AssertionError(problem);
              }
              return condition.getAsBoolean();
            });
  }

  private record Batch(String path, String body, List<Runnable> acknowledged) {}

  private final class Writer extends Thread {
    private final List<Ledger.Series> gauges = new ArrayList<>();
    private final Ledger.Series counter;
    private final Random random;
    private long ts = START;
    private double count;
    private final AtomicInteger refused = new AtomicInteger();

    Writer(String name, Random random) {
      super("load-" + name);
      this.random = random;
      for (int slots : new int[] {50_000, 997, 60}) {
        gauges.add(ledger.series(name + "_gauge_" + slots, slots, false));
      }
      counter = ledger.series(name + "_counter", 50_000, true);
    }

    @Override
    public void run() {
      while (stopped.getCount() > 0 && problem == null) {
        int size = 1 + random.nextInt(40);
        send(batch("/ingest/gauge", "value", gauges, size));
        send(batch("/ingest/counter", "raw_value", List.of(counter), size));
        ts += size;
        pause(PACE);
      }
    }

    private Batch batch(String path, String field, List<Ledger.Series> series, int size) {
      List<String> objects = new ArrayList<>();
      List<Runnable> acknowledged = new ArrayList<>();
      for (Ledger.Series one : series) {
        for (int i = 0; i < size; i++) {
          long at = ts + i;
          double value = one.counter ? nextCount() : random.nextGaussian();
          objects.add(
              "{\"name\":\"%s\",\"ts\":%d,\"%s\":%s,\"slots\":%d}"
                  .formatted(one.name, at, field, value, one.slots));
          acknowledged.add(() -> ledger.acknowledged(one, at, value));
        }
      }
      return new Batch(path, "[" + String.join(",", objects) + "]", acknowledged);
    }

    private double nextCount() {
      count = random.nextInt(500) == 0 ? random.nextInt(10) : count + random.nextInt(1000);
      return count;
    }

    /** Until it is acknowledged, however long that takes. */
    private void send(Batch batch) {
      while (problem == null) {
        try {
          HttpResponse<String> answer = api.post(batch.path(), batch.body());
          if (answer.statusCode() == 200) {
            batch.acknowledged().forEach(Runnable::run);
            ledger.token(JSON.readTree(answer.body()).get("token").asText());
            return;
          }
          if (answer.statusCode() != 503) {
            problem = answer.statusCode() + " " + answer.body();
          } else if (answer.headers().firstValue("retry-after").isEmpty()) {
            problem = "503 without Retry-After: " + answer.body();
          }
          refused.incrementAndGet();
        } catch (IOException e) {
          // Nobody is there now, or the answer was lost: the same batch goes out again.
        }
        pause(RETRY);
      }
    }

    private void pause(Duration duration) {
      try {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
