package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import dev.annulus.model.Metric;
import dev.annulus.query.http.MetricViews.Listed;
import java.io.IOException;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of metrics that is read while it is written, once. Used by one thread. */
final class MetricPage extends JsonSerializable.Base {
  private final Iterator<Metric> metrics;
  private final int limit;
  private final @Nullable Function<Metric, String> cursor;

  private MetricPage(
      Iterator<Metric> metrics, int limit, @Nullable Function<Metric, String> cursor) {
    this.metrics = metrics;
    this.limit = limit;
    this.cursor = cursor;
  }

  /** Says where the next page begins, if there is one. */
  static MetricPage withCursor(
      Iterator<Metric> metrics, int limit, Function<Metric, String> cursor) {
    return new MetricPage(metrics, limit, cursor);
  }

  /** Says whether there are more than its limit. */
  static MetricPage withLimit(Iterator<Metric> metrics, int limit) {
    return new MetricPage(metrics, limit, null);
  }

  @Override
  public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("metrics");
    Metric last = null;
    for (int i = 0; i < limit && metrics.hasNext(); i++) {
      last = metrics.next();
      provider.defaultSerializeValue(Listed.of(last), json);
    }
    json.writeEndArray();
    boolean more = metrics.hasNext();
    if (cursor == null) {
      json.writeBooleanField("hit_limit", more);
      json.writeNumberField("limit", limit);
    } else if (more && last != null) {
      json.writeStringField("next_cursor", cursor.apply(last));
    }
    json.writeEndObject();
  }

  @Override
  public void serializeWithType(
      JsonGenerator json, SerializerProvider provider, TypeSerializer type) throws IOException {
    serialize(json, provider);
  }
}
