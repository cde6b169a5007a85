package dev.annulus.sink;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** The sink of the job: at-least-once delivery of idempotent writes. */
public final class RingSink implements Sink<LogRecord> {
  private static final long serialVersionUID = 1L;

  private final SinkConfig config;
  private final StoreProvider stores;

  public RingSink(SinkConfig config, StoreProvider stores) {
    this.config = config;
    this.stores = stores;
  }

  @Override
  public SinkWriter<LogRecord> createWriter(WriterInitContext context) {
    return RingSinkWriter.open(config, stores, context);
  }
}
