package dev.annulus.sink;

import dev.annulus.kv.EngineStats;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Times;
import dev.annulus.service.DaemonThreads;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingWriter;
import dev.annulus.wire.RejectReason;
import dev.annulus.wire.RejectedRecord;
import dev.annulus.wire.SampleJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects one batch while the previous one is written. An idle writer writes a record immediately,
 * so latency is low under light load and batches are large under heavy load.
 *
 * <p>Memory is bounded: with a full batch the task waits for the one in flight, which backpressures
 * Flink's source, and the backlog stays in Kafka. A checkpoint waits until all samples taken are in
 * the store, so its offsets never pass an unwritten sample.
 *
 * <p>All state belongs to the task thread. Store calls run on a separate thread and report back
 * through the mailbox.
 */
final class RingSinkWriter implements SinkWriter<LogRecord> {
  private static final Logger LOG = LoggerFactory.getLogger(RingSinkWriter.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
  private static final Duration PARTITION_CHECK = Duration.ofSeconds(30);

  /** After this long without a batch, checks that the store still has the last one. */
  private static final Duration STORE_CHECK = Duration.ofSeconds(10);

  private final SinkConfig config;
  private final long maxBatchBytes;
  private final StoreProvider.Handle store;
  private final RingWriter writer;
  private final RejectedPublisher rejected;
  private final RecordIntake intake;
  private final TooOldReports tooOld;
  private final TooOldReports overtaken;
  private final PoisonGuard guard;
  private final MailboxExecutor mailbox;
  private final SinkStats stats;
  private final ScheduledExecutorService io;
  private Batch open = new Batch();
  private @Nullable Batch inFlight;
  private Map<Integer, Long> last = Map.of();
  private long nextStoreCheck = System.nanoTime() + STORE_CHECK.toNanos();
  private long nextPartitionCheck = System.nanoTime() + PARTITION_CHECK.toNanos();

  private RingSinkWriter(
      SinkConfig config,
      StoreProvider.Handle store,
      RejectedPublisher rejected,
      MailboxExecutor mailbox,
      SinkStats stats) {
    this.config = config;
    this.maxBatchBytes = config.batchBytes();
    this.store = store;
    EngineStats storeStats = store.stats();
    if (storeStats != null) {
      stats.show(storeStats);
    }
    this.writer = store.store().newWriter();
    this.guard = new PoisonGuard(store.store().restarts());
    this.rejected = rejected;
    this.mailbox = mailbox;
    this.stats = stats;
    this.tooOld = new TooOldReports(RejectReason.TOO_OLD, config.topic(), System::nanoTime);
    this.overtaken = new TooOldReports(RejectReason.OVERTAKEN, config.topic(), System::nanoTime);
    this.intake =
        new RecordIntake(
            config.topic(), config.rules(), rejected.partitionsOf(config.topic()), this::reject);
    this.io =
        Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-ring-writer"));
  }

  static RingSinkWriter open(SinkConfig config, StoreProvider stores, WriterInitContext context) {
    StoreProvider.Handle store = stores.open();
    RejectedPublisher rejected = null;
    try {
      rejected = new RejectedPublisher(config);
      return new RingSinkWriter(
          config,
          store,
          rejected,
          context.getMailboxExecutor(),
          new SinkStats(context.metricGroup()));
    } catch (RuntimeException | Error e) {
      // Flink only closes a writer it received, and a job that fails to start restarts forever.
      close(rejected, store);
      throw e;
    }
  }

  /** Samples to write together, with their log positions. */
  private static final class Batch {
    private final List<LoggedSamples> samples = new ArrayList<>();
    private final Map<Integer, Long> nextOffsets = new HashMap<>();
    private int size;
    private long bytes;
    private int attempts;
    private long newest;
  }

  @Override
  public void write(LogRecord record, Context context) throws InterruptedException {
    if (guard.isCareful(record)) {
      takeByItself(record);
      return;
    }
    while (isFull(open) && inFlight != null) {
      mailbox.yield();
    }
    checkPartitions();
    take(record);
    reached(record);
    if (inFlight == null) {
      dispatch();
    }
  }

  private boolean isFull(Batch batch) {
    return batch.size >= config.maxBatchSamples() || batch.bytes >= maxBatchBytes;
  }

  private void take(LogRecord record) {
    int before = open.samples.size();
    open.size += intake.take(record, open.samples);
    for (int i = before; i < open.samples.size(); i++) {
      open.bytes += SampleHeap.of(open.samples.get(i).samples());
    }
  }

  private void takeByItself(LogRecord record) throws InterruptedException {
    writeAll();
    if (guard.isPoison(record)) {
      LOG.atError()
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .log("the job crashed repeatedly at this record; it is set aside without decoding");
      intake.setAside(record, "the job crashed repeatedly at this record");
    } else {
      take(record);
    }
    reached(record);
    writeAll();
  }

  private void reached(LogRecord record) {
    open.nextOffsets.put(record.partition(), record.offset() + 1);
    open.newest = Math.max(open.newest, Times.seconds(record.nowMillis()));
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    if (inFlight == null && System.nanoTime() - nextStoreCheck > 0) {
      // An empty batch makes the writer check that the store still has the last one.
      last.forEach(open.nextOffsets::putIfAbsent);
    }
    writeAll();
    tooOld.drainTo(rejected::publish);
    overtaken.drainTo(rejected::publish);
    rejected.flush();
  }

  private void writeAll() throws InterruptedException {
    while (inFlight != null || !open.nextOffsets.isEmpty()) {
      if (inFlight == null) {
        dispatch();
      } else {
        mailbox.yield();
      }
    }
  }

  @Override
  public void close() {
    io.shutdownNow();
    close(rejected, store);
  }

  private static void close(@Nullable RejectedPublisher rejected, StoreProvider.Handle store) {
    // The publisher throws if its task is interrupted while closing.
    try (store) {
      if (rejected != null) {
        rejected.close();
      }
    }
  }

  private void dispatch() {
    Batch batch = open;
    open = new Batch();
    inFlight = batch;
    io.execute(() -> attempt(batch));
  }

  private void attempt(Batch batch) {
    long start = System.nanoTime();
    write(batch)
        .whenComplete(
            (outcome, failure) ->
                mailbox.execute(
                    () -> {
                      if (failure == null) {
                        written(batch, outcome, System.nanoTime() - start);
                      } else {
                        failed(batch, StoreException.unwrap(failure));
                      }
                    },
                    "ring batch written"));
  }

  /** Any exception must reach the task, which would otherwise wait for this batch forever. */
  private CompletableFuture<RingWriter.Outcome> write(Batch batch) {
    try {
      return writer.write(batch.samples, batch.nextOffsets);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void written(Batch batch, RingWriter.Outcome outcome, long nanos) {
    inFlight = null;
    last = batch.nextOffsets;
    nextStoreCheck = System.nanoTime() + STORE_CHECK.toNanos();
    if (batch.newest > 0) {
      stats.written(
          outcome.written(),
          outcome.dropped(),
          nanos,
          batch.newest,
          System.currentTimeMillis() / 1e3);
    }
    outcome.rejected().forEach(this::reject);
    outcome
        .tooOld()
        .forEach(
            (source, samples) -> {
              stats.tooOld(source, samples.samples());
              tooOld.add(source, samples);
            });
    outcome
        .overtaken()
        .forEach(
            (source, samples) -> {
              stats.overtaken(source, samples.samples());
              overtaken.add(source, samples);
            });
    if (!open.nextOffsets.isEmpty()) {
      dispatch();
    }
  }

  /** Retries a batch while the store may recover; otherwise the job restarts. */
  private void failed(Batch batch, Throwable failure) {
    if (!(failure instanceof StoreException store) || !store.isTransient()) {
      throw new IllegalStateException("writing a batch failed", failure);
    }
    long pause =
        Math.min(
            config.retryBackoff().toMillis(),
            FIRST_BACKOFF.toMillis() << Math.min(10, batch.attempts));
    batch.attempts++;
    stats.retried();
    LOG.atWarn()
        .addKeyValue("kind", store.kind())
        .addKeyValue("attempt", batch.attempts)
        .addKeyValue("pause_ms", pause)
        .addKeyValue("problem", store.getMessage())
        .log("writing a batch failed; retrying");
    io.schedule(() -> attempt(batch), pause, TimeUnit.MILLISECONDS);
  }

  private void reject(RingWriter.Rejected refusal) {
    LoggedSamples samples = refusal.samples();
    if (refusal.reason() == RejectReason.STORE_REFUSED) {
      LOG.atError()
          .addKeyValue("partition", samples.partition())
          .addKeyValue("offset", samples.offset())
          .addKeyValue("problem", refusal.detail())
          .log("the store refuses samples permanently; they are rejected");
    }
    reject(
        new RejectedRecord(
            refusal.reason().label(),
            refusal.detail(),
            config.topic(),
            samples.partition(),
            samples.offset(),
            samples.samples().size(),
            SampleJson.write(samples.samples())));
  }

  private void reject(RejectedRecord record) {
    stats.rejected(record);
    rejected.publish(record);
  }

  private void checkPartitions() {
    if (System.nanoTime() - nextPartitionCheck > 0) {
      nextPartitionCheck = System.nanoTime() + PARTITION_CHECK.toNanos();
      intake.partitionsAre(rejected.partitionsOf(config.topic()));
    }
  }
}
