package dev.annulus.sink;

import dev.annulus.wire.ContentType;
import dev.annulus.wire.Owner;
import dev.annulus.wire.SourceHeader;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Passes records on undecoded; the sink decodes, where it can publish rejections. */
final class LogRecordReader implements KafkaRecordDeserializationSchema<LogRecord> {
  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<LogRecord> out) {
    long millis =
        record.timestampType() == TimestampType.LOG_APPEND_TIME
            ? record.timestamp()
            : System.currentTimeMillis();
    out.collect(
        new LogRecord(
            record.partition(),
            record.offset(),
            millis,
            header(record, ContentType.HEADER),
            Owner.of(header(record, Owner.HEADER)),
            SourceHeader.of(header(record, SourceHeader.NAME)),
            record.value()));
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public TypeInformation<LogRecord> getProducedType() {
    return TypeInformation.of(LogRecord.class);
  }
}
