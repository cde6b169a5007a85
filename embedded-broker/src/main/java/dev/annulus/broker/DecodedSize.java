package dev.annulus.broker;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import kafka.network.RequestChannel;
import kafka.server.KafkaRequestHandler$;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;

/**
 * Limits the decompressed size of producers' records. Kafka limits only their compressed size: a
 * few kilobytes of zeros can decompress to a record of two gigabytes, which crashes every consumer,
 * again after each restart. Producers get {@code MESSAGE_TOO_LARGE}, which they do not retry.
 *
 * <p>Batches are decompressed as a stream, only up to the limit, and nothing is kept. Thread-safe.
 */
final class DecodedSize {
  private static final Logger LOG = LoggerFactory.getLogger(DecodedSize.class);

  /** A batch may be as large as this many of the largest records. */
  private static final long RECORDS_PER_BATCH = 16;

  private static final long LOG_INTERVAL_NANOS = 60_000_000_000L;
  private static final ClassTag<ProduceRequest> PRODUCE = ClassTag.apply(ProduceRequest.class);

  private final int maxRecordBytes;

  /** Buffers of each of the broker's few request threads, as in Kafka. */
  private final ThreadLocal<BufferSupplier> buffers =
      ThreadLocal.withInitial(BufferSupplier::create);

  private final LongAdder refused = new LongAdder();
  private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

  /**
   * @param maxRecordBytes of one record, decompressed
   */
  DecodedSize(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  /** The number of refused requests. */
  long refused() {
    return refused.sum();
  }

  /**
   * Checks the request that the calling broker thread handles.
   *
   * @param writes to the topics of the request
   * @throws RecordTooLargeException if a record or a batch is too large
   */
  void check(AuthorizableRequestContext context, List<Action> writes) {
    RequestChannel.Request request =
        KafkaRequestHandler$.MODULE$.kafka$server$KafkaRequestHandler$$threadCurrentRequest().get();
    if (request == null
        || context.requestType() != ApiKeys.PRODUCE.id
        || request.header().apiKey() != ApiKeys.PRODUCE) {
      return;
    }
    for (TopicProduceData topic : request.body(PRODUCE).data().topicData()) {
      for (PartitionProduceData partition : topic.partitionData()) {
        if (partition.records() instanceof MemoryRecords records) {
          check(records, context.clientId(), writes);
        }
      }
    }
  }

  private void check(MemoryRecords records, String client, List<Action> writes) {
    for (RecordBatch batch : records.batches()) {
      if (batch instanceof DefaultRecordBatch compressed
          && compressed.isCompressed()
          && !fits(compressed)) {
        refused.increment();
        warn(client, writes);
        throw new RecordTooLargeException(
            "A record may have %d bytes decompressed, a batch %d (kafka.max-record)."
                .formatted(maxRecordBytes, RECORDS_PER_BATCH * maxRecordBytes));
      }
    }
  }

  /** Whether a batch is within the limits; true for a corrupt one, which Kafka detects itself. */
  private boolean fits(DefaultRecordBatch batch) {
    try (InputStream in = batch.recordInputStream(buffers.get())) {
      long left = RECORDS_PER_BATCH * maxRecordBytes;
      for (int i = 0; i < batch.countOrNull(); i++) {
        int size = Math.max(0, ByteUtils.readVarint(in)); // Kafka rejects negative ones itself
        left -= 1L + size; // count a byte for an empty record, or billions would fit
        if (size > maxRecordBytes || left < 0) {
          return false;
        }
        in.skipNBytes(size);
      }
    } catch (IOException | RuntimeException e) {
      LOG.atDebug().setCause(e).log("cannot read a record batch");
    }
    return true;
  }

  private void warn(String client, List<Action> writes) {
    long now = System.nanoTime();
    long next = nextLog.get();
    if (now - next >= 0 && nextLog.compareAndSet(next, now + LOG_INTERVAL_NANOS)) {
      LOG.atWarn()
          .addKeyValue(
              "topics", writes.stream().map(write -> write.resourcePattern().name()).toList())
          .addKeyValue("client", client)
          .addKeyValue("problem", "decompressed, records are larger than kafka.max-record")
          .log("refused records of a producer; further ones are counted only, for a minute");
    }
  }
}
