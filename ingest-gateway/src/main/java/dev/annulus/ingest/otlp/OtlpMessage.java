package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Map;

/**
 * The messages of the OTLP metrics service, as far as they are read. Protocol Buffers are turned
 * into the tree that their JSON form has, so that everything behind knows one form only.
 */
enum OtlpMessage {
  REQUEST,
  RESOURCE_METRICS,
  RESOURCE,
  SCOPE_METRICS,
  SCOPE,
  METRIC,
  NUMBERS,
  SUM,
  HISTOGRAM,
  SUMMARY,
  NUMBER_POINT,
  HISTOGRAM_POINT,
  SUMMARY_POINT,
  QUANTILE,
  KEY_VALUE,
  ANY_VALUE,
  ARRAY_VALUE,
  KEY_VALUES;

  private static final int MAX_DEPTH = 32;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private enum Kind {
    TEXT,
    BYTES,
    FLAG,
    INT64,
    FIXED64,
    DOUBLE,
    FIXED64_LIST,
    DOUBLE_LIST,
    MESSAGE,
    MESSAGE_LIST
  }

  /** A field: its JSON name, its kind, and its message if it is one. */
  private record Field(String name, Kind kind, OtlpMessage message) {}

  private Map<Integer, Field> fields() {
    return FIELDS.getOrDefault(this, Map.of());
  }

  private static final Map<OtlpMessage, Map<Integer, Field>> FIELDS =
      Map.ofEntries(
          Map.entry(REQUEST, Map.of(1, list("resourceMetrics", RESOURCE_METRICS))),
          Map.entry(
              RESOURCE_METRICS,
              Map.of(1, one("resource", RESOURCE), 2, list("scopeMetrics", SCOPE_METRICS))),
          Map.entry(RESOURCE, Map.of(1, list("attributes", KEY_VALUE))),
          Map.entry(SCOPE_METRICS, Map.of(1, one("scope", SCOPE), 2, list("metrics", METRIC))),
          Map.entry(
              SCOPE,
              Map.of(
                  1, plain("name", Kind.TEXT),
                  2, plain("version", Kind.TEXT),
                  3, list("attributes", KEY_VALUE))),
          Map.entry(
              METRIC,
              Map.of(
                  1, plain("name", Kind.TEXT),
                  5, one("gauge", NUMBERS),
                  7, one("sum", SUM),
                  9, one("histogram", HISTOGRAM),
                  10, one("exponentialHistogram", HISTOGRAM),
                  11, one("summary", SUMMARY))),
          Map.entry(NUMBERS, Map.of(1, list("dataPoints", NUMBER_POINT))),
          Map.entry(
              SUM,
              Map.of(
                  1, list("dataPoints", NUMBER_POINT),
                  2, plain("aggregationTemporality", Kind.INT64),
                  3, plain("isMonotonic", Kind.FLAG))),
          Map.entry(
              HISTOGRAM,
              Map.of(
                  1, list("dataPoints", HISTOGRAM_POINT),
                  2, plain("aggregationTemporality", Kind.INT64))),
          Map.entry(SUMMARY, Map.of(1, list("dataPoints", SUMMARY_POINT))),
          Map.entry(
              NUMBER_POINT,
              Map.of(
                  7, list("attributes", KEY_VALUE),
                  3, plain("timeUnixNano", Kind.FIXED64),
                  4, plain("asDouble", Kind.DOUBLE),
                  6, plain("asInt", Kind.FIXED64),
                  8, plain("flags", Kind.INT64))),
          Map.entry(
              HISTOGRAM_POINT,
              Map.of(
                  9, list("attributes", KEY_VALUE),
                  3, plain("timeUnixNano", Kind.FIXED64),
                  4, plain("count", Kind.FIXED64),
                  5, plain("sum", Kind.DOUBLE),
                  6, plain("bucketCounts", Kind.FIXED64_LIST),
                  7, plain("explicitBounds", Kind.DOUBLE_LIST),
                  10, plain("flags", Kind.INT64))),
          Map.entry(
              SUMMARY_POINT,
              Map.of(
                  7, list("attributes", KEY_VALUE),
                  3, plain("timeUnixNano", Kind.FIXED64),
                  4, plain("count", Kind.FIXED64),
                  5, plain("sum", Kind.DOUBLE),
                  6, list("quantileValues", QUANTILE),
                  8, plain("flags", Kind.INT64))),
          Map.entry(
              QUANTILE, Map.of(1, plain("quantile", Kind.DOUBLE), 2, plain("value", Kind.DOUBLE))),
          Map.entry(KEY_VALUE, Map.of(1, plain("key", Kind.TEXT), 2, one("value", ANY_VALUE))),
          Map.entry(
              ANY_VALUE,
              Map.of(
                  1, plain("stringValue", Kind.TEXT),
                  2, plain("boolValue", Kind.FLAG),
                  3, plain("intValue", Kind.INT64),
                  4, plain("doubleValue", Kind.DOUBLE),
                  5, one("arrayValue", ARRAY_VALUE),
                  6, one("kvlistValue", KEY_VALUES),
                  7, plain("bytesValue", Kind.BYTES))),
          Map.entry(ARRAY_VALUE, Map.of(1, list("values", ANY_VALUE))),
          Map.entry(KEY_VALUES, Map.of(1, list("values", KEY_VALUE))));

  private static Field plain(String name, Kind kind) {
    return new Field(name, kind, REQUEST);
  }

  private static Field one(String name, OtlpMessage message) {
    return new Field(name, Kind.MESSAGE, message);
  }

  private static Field list(String name, OtlpMessage message) {
    return new Field(name, Kind.MESSAGE_LIST, message);
  }

  /**
   * Reads a message of this kind.
   *
   * @throws InvalidProtocolBufferException if it is broken or nested too deeply
   */
  ObjectNode read(byte[] array, int length) throws IOException {
    return read(CodedInputStream.newInstance(array, 0, length), 0);
  }

  private ObjectNode read(CodedInputStream in, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new InvalidProtocolBufferException("nested too deeply");
    }
    ObjectNode node = JSON.objectNode();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Field field = fields().get(WireFormat.getTagFieldNumber(tag));
      if (field == null) {
        in.skipField(tag);
      } else {
        read(in, tag, field, node, depth);
      }
    }
    return node;
  }

  private static void read(CodedInputStream in, int tag, Field field, ObjectNode node, int depth)
      throws IOException {
    String name = field.name();
    switch (field.kind()) {
      case TEXT -> node.put(name, in.readStringRequireUtf8());
      case BYTES -> node.put(name, in.readByteArray());
      case FLAG -> node.put(name, in.readBool());
      case INT64 -> node.put(name, in.readInt64());
      case FIXED64 -> node.put(name, in.readFixed64());
      case DOUBLE -> node.put(name, in.readDouble());
      case FIXED64_LIST, DOUBLE_LIST -> readList(in, tag, field, node.withArray(name));
      case MESSAGE -> node.set(name, nested(in, field, depth));
      case MESSAGE_LIST -> node.withArray(name).add(nested(in, field, depth));
    }
  }

  private static ObjectNode nested(CodedInputStream in, Field field, int depth) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    ObjectNode node = field.message().read(in, depth + 1);
    in.popLimit(limit);
    return node;
  }

  private static void readList(CodedInputStream in, int tag, Field field, ArrayNode list)
      throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      add(in, field, list);
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      add(in, field, list);
    }
    in.popLimit(limit);
  }

  private static void add(CodedInputStream in, Field field, ArrayNode list) throws IOException {
    if (field.kind() == Kind.DOUBLE_LIST) {
      list.add(in.readDouble());
    } else {
      list.add(in.readFixed64());
    }
  }
}
