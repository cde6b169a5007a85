package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.annulus.service.http.Problem;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns OTLP's JSON into the Protocol Buffers it stands for, so that one parser, one limit and one
 * mapping serve both. Names may be in camel or snake case, enums numbers or names, integers numbers
 * or strings, ids are hexadecimal. Unknown fields are ignored. A known field of the wrong type
 * fails the request with its path. A string that is not the number it should be is a fault of its
 * data point only. Not thread-safe; one object per body.
 */
final class OtlpJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3 * OtlpBodies.MAX_DEPTH)
                  .maxStringLength(4 << 20)
                  .build())
          .build();

  private final ObjectCount count;
  private final WireBuffer out;
  private final JsonPath path = new JsonPath(OtlpBodies.MAX_DEPTH);
  private final Map<Integer, String> faults = new HashMap<>();
  private int points;
  private boolean inPoint;

  OtlpJson(ObjectCount count, WireBuffer out) {
    this.count = count;
    this.out = out;
  }

  /** What is wrong with single data points, by their number from 0 in the request. */
  Map<Integer, String> faults() {
    return faults;
  }

  /**
   * Reads a whole body.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is not JSON
   */
  WireBuffer read(byte[] array, int length) throws IOException {
    try (JsonParser parser = JSON.createParser(array, 0, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.badRequest("The body must be a JSON object.").toException();
      }
      message(parser, OtlpSchema.REQUEST, 0);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "something follows the object");
      }
      return out;
    }
  }

  private void message(JsonParser parser, OtlpSchema message, int depth) throws IOException {
    long given = 0;
    long groups = 0;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      OtlpSchema.Field field = message.field(name);
      if (field == null) {
        parser.skipChildren();
        continue;
      }
      path.enter(depth, name);
      if ((given & 1L << field.place()) != 0) {
        throw refused("is given twice");
      }
      given |= 1L << field.place();
      if (token == JsonToken.VALUE_NULL) {
        continue;
      }
      if ((groups & field.oneof()) != 0) {
        throw refused("is given beside another value of which there may be one only");
      }
      groups |= field.oneof();
      if (field.repeated()) {
        list(parser, token, field, depth);
      } else {
        value(parser, token, field, depth);
      }
    }
    path.leave(depth);
  }

  private void list(JsonParser parser, JsonToken token, OtlpSchema.Field field, int depth)
      throws IOException {
    if (token != JsonToken.START_ARRAY) {
      throw refused("must be an array");
    }
    int index = 0;
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      path.index(depth, index++);
      if (next == JsonToken.VALUE_NULL) {
        throw refused("must not be null");
      }
      value(parser, next, field, depth);
    }
  }

  private void value(JsonParser parser, JsonToken token, OtlpSchema.Field field, int depth)
      throws IOException {
    OtlpSchema message = field.message();
    if (message != null) {
      nested(parser, token, field, message, depth);
      return;
    }
    try {
      switch (field.type()) {
        case STRING -> {
          String text = JsonScalars.text(parser, token);
          if (!text.isEmpty()) {
            count.add();
          }
          out.text(field.number(), text);
        }
        case BYTES -> {
          count.add();
          out.delimited(field.number(), JsonScalars.bytes(parser, token, field.descriptor()));
        }
        case BOOL -> out.varint(field.number(), JsonScalars.flag(token) ? 1 : 0);
        case ENUM ->
            out.varint(
                field.number(),
                JsonScalars.number(parser, token, field.descriptor().getEnumType()));
        case DOUBLE ->
            out.fixed64(
                field.number(), Double.doubleToRawLongBits(JsonScalars.decimal(parser, token)));
        case FIXED64 -> out.fixed64(field.number(), JsonScalars.unsigned64(parser, token));
        case SFIXED64 -> out.fixed64(field.number(), JsonScalars.signed64(parser, token));
        case INT64 -> out.varint(field.number(), JsonScalars.signed64(parser, token));
        case UINT64 -> out.varint(field.number(), JsonScalars.unsigned64(parser, token));
        case UINT32 -> out.varint(field.number(), JsonScalars.unsigned32(parser, token));
        case FIXED32 -> out.fixed32(field.number(), (int) JsonScalars.unsigned32(parser, token));
        case INT32 -> out.varint(field.number(), JsonScalars.signed32(parser, token));
        case SINT32 -> {
          int value = JsonScalars.signed32(parser, token);
          out.varint(field.number(), (value << 1 ^ value >> 31) & 0xFFFF_FFFFL);
        }
        default -> throw new IllegalStateException("a field of a new kind: " + field.type());
      }
    } catch (JsonScalars.WrongTypeException e) {
      throw refused(e.rule());
    } catch (JsonScalars.UnreadableException e) {
      unreadable(field, e.rule());
    }
  }

  private void nested(
      JsonParser parser, JsonToken token, OtlpSchema.Field field, OtlpSchema message, int depth)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      throw refused("must be an object");
    }
    if (depth + 1 >= OtlpBodies.MAX_DEPTH) {
      throw refused("is nested too deeply");
    }
    count.add();
    boolean outer = inPoint;
    inPoint |= message.isPoint();
    int start = out.begin(field.number());
    message(parser, message, depth + 1);
    out.end(start);
    if (message.isPoint()) {
      points++;
    }
    inPoint = outer;
  }

  private void unreadable(OtlpSchema.Field field, String rule) {
    if (!inPoint) {
      throw refused(rule);
    }
    String name = field.descriptor().getJsonName();
    boolean value = name.equals("asInt") || name.equals("asDouble");
    faults.putIfAbsent(points, (value ? "value" : name) + ": " + rule);
  }

  private RuntimeException refused(String rule) {
    return Problem.badRequest(path + ": " + rule).toException();
  }
}
