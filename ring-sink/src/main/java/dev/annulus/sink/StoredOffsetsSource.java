package dev.annulus.sink;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Flink's Kafka source, except that no reader starts beyond the store's position, whether at a
 * fresh start or a restore from any checkpoint. Its state is that of the Kafka source.
 */
final class StoredOffsetsSource
    implements Source<LogRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<LogRecord> {
  private static final long serialVersionUID = 1L;

  private final KafkaSource<LogRecord> source;
  private final SinkConfig config;
  private final StoreProvider stores;

  StoredOffsetsSource(KafkaSource<LogRecord> source, SinkConfig config, StoreProvider stores) {
    this.source = source;
    this.config = config;
    this.stores = stores;
  }

  @Override
  public SourceReader<LogRecord, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    return new StoredOffsetsReader(
        source.createReader(context), new LogStart(config, stores, context.metricGroup()));
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    return source.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
      throws IOException {
    return source.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<LogRecord> getProducedType() {
    return source.getProducedType();
  }
}
