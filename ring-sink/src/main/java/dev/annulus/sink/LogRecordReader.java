package dev.annulus.sink;

import dev.annulus.wire.ContentType;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/** Takes a record as it is; decoding is the sink's work, where refusals can be published. */
final class LogRecordReader implements KafkaRecordDeserializationSchema<LogRecord> {
  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<LogRecord> out) {
    Header header = record.headers().lastHeader(ContentType.HEADER);
    String contentType =
        header == null || header.value() == null
            ? null
            : new String(header.value(), StandardCharsets.UTF_8);
    long millis =
        record.timestampType() == TimestampType.LOG_APPEND_TIME
            ? record.timestamp()
            : System.currentTimeMillis();
    out.collect(
        new LogRecord(
            record.partition(),
            record.offset(),
            Math.floorDiv(millis, 1000L),
            contentType,
            record.value()));
  }

  @Override
  public TypeInformation<LogRecord> getProducedType() {
    return TypeInformation.of(LogRecord.class);
  }
}
