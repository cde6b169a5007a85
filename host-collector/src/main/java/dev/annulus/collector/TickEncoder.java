package dev.annulus.collector;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Encodes a reading as ingest JSON: one array of gauges and one of counters. */
final class TickEncoder {
  private final JsonFactory json = new JsonFactory();
  private final CollectorConfig config;

  TickEncoder(CollectorConfig config) {
    this.config = config;
  }

  /** A tick with one batch per metric type that has figures. */
  Tick encode(long ts, HostFigures figures) {
    List<PostBody> batches = new ArrayList<>(2);
    if (!figures.gauges().isEmpty()) {
      String body = array(out -> writeGauges(out, ts, figures.gauges()));
      batches.add(new PostBody("/ingest/gauge", body, figures.gauges().size()));
    }
    if (!figures.counters().isEmpty()) {
      String body = array(out -> writeCounters(out, ts, figures.counters()));
      batches.add(new PostBody("/ingest/counter", body, figures.counters().size()));
    }
    return new Tick(ts, batches);
  }

  private void writeGauges(JsonGenerator out, long ts, Map<HostGauge, Double> gauges)
      throws IOException {
    for (Map.Entry<HostGauge, Double> gauge : gauges.entrySet()) {
      out.writeStartObject();
      out.writeStringField("name", gauge.getKey().metricName());
      out.writeNumberField("value", gauge.getValue());
      endSample(out, ts);
    }
  }

  private void writeCounters(JsonGenerator out, long ts, Map<HostCounter, Long> counters)
      throws IOException {
    for (Map.Entry<HostCounter, Long> counter : counters.entrySet()) {
      out.writeStartObject();
      out.writeStringField("name", counter.getKey().metricName());
      out.writeNumberField("raw_value", counter.getValue());
      endSample(out, ts);
    }
  }

  private void endSample(JsonGenerator out, long ts) throws IOException {
    out.writeNumberField("ts", ts);
    out.writeObjectFieldStart("tags");
    out.writeStringField("host", config.host());
    out.writeEndObject();
    out.writeNumberField("step", config.step());
    out.writeNumberField("slots", config.slots());
    out.writeEndObject();
  }

  private String array(Elements elements) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = json.createGenerator(text)) {
      out.writeStartArray();
      elements.writeTo(out);
      out.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private interface Elements {
    void writeTo(JsonGenerator out) throws IOException;
  }
}
