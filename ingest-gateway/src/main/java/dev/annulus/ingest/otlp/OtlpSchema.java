package dev.annulus.ingest.otlp;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of an export request, from the descriptors of their generated classes, indexed by
 * field number and JSON names. Immutable once built.
 */
final class OtlpSchema {
  /** The whole request. */
  static final OtlpSchema REQUEST = build(ExportMetricsServiceRequest.getDescriptor());

  private final boolean point;
  private final Map<String, Field> byName = new HashMap<>();
  private @Nullable Field[] byNumber = new Field[0];

  private OtlpSchema(boolean point) {
    this.point = point;
  }

  /**
   * A field.
   *
   * @param place its index among the message's fields, from 0; below 64
   * @param oneof the bit of its oneof group; 0 for none
   * @param message the field's message type; null for a scalar
   */
  record Field(FieldDescriptor descriptor, int place, long oneof, @Nullable OtlpSchema message) {
    int number() {
      return descriptor.getNumber();
    }

    FieldDescriptor.Type type() {
      return descriptor.getType();
    }

    boolean repeated() {
      return descriptor.isRepeated();
    }
  }

  /** The field with this number; null if there is none. */
  @Nullable Field field(int number) {
    return number < byNumber.length ? byNumber[number] : null;
  }

  /** The field with this JSON name, in camel or snake case; null if there is none. */
  @Nullable Field field(String name) {
    return byName.get(name);
  }

  /** Whether these are data points. */
  boolean isPoint() {
    return point;
  }

  private static OtlpSchema build(Descriptor request) {
    return build(request, new HashMap<>());
  }

  private static OtlpSchema build(Descriptor message, Map<String, OtlpSchema> known) {
    OtlpSchema before = known.get(message.getFullName());
    if (before != null) {
      return before;
    }
    OtlpSchema schema = new OtlpSchema(message.getName().endsWith("DataPoint"));
    known.put(message.getFullName(), schema);
    for (FieldDescriptor descriptor : message.getFields()) {
      Field field =
          new Field(
              descriptor,
              descriptor.getIndex(),
              descriptor.getRealContainingOneof() == null
                  ? 0
                  : 1L << descriptor.getRealContainingOneof().getIndex(),
              descriptor.getType() == FieldDescriptor.Type.MESSAGE
                  ? build(descriptor.getMessageType(), known)
                  : null);
      schema.byName.put(descriptor.getJsonName(), field);
      schema.byName.put(descriptor.getName(), field);
      if (field.number() >= schema.byNumber.length) {
        schema.byNumber = Arrays.copyOf(schema.byNumber, field.number() + 1);
      }
      schema.byNumber[field.number()] = field;
    }
    return schema;
  }
}
