package dev.annulus.query.http.prometheus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.annulus.promql.series.LabelMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code prometheus.ReadRequest}.
 *
 * <pre>
 * ReadRequest   1: Query…   2: accepted response types…
 * Query         1: start, ms   2: end, ms   3: LabelMatcher…   4: hints, not read
 * LabelMatcher  1: type   2: name   3: value
 * </pre>
 *
 * @param chunked whether the client takes chunks sooner than samples
 */
record RemoteReadRequest(List<Query> queries, boolean chunked) {
  private static final int QUERIES = 1;
  private static final int RESPONSE_TYPES = 2;
  private static final int START = 1;
  private static final int END = 2;
  private static final int MATCHERS = 3;
  private static final int TYPE = 1;
  private static final int NAME = 2;
  private static final int VALUE = 3;

  private static final int SAMPLES = 0;
  private static final int CHUNKS = 1;

  RemoteReadRequest {
    queries = List.copyOf(queries);
  }

  /**
   * Series and a range of time, both ends inclusive.
   *
   * @param matchers all have to match
   */
  record Query(long startMillis, long endMillis, List<LabelMatcher> matchers) {
    Query {
      matchers = List.copyOf(matchers);
    }
  }

  /**
   * Reads a request.
   *
   * @throws IOException if the message is none
   * @throws IllegalArgumentException if a regular expression or a type is none
   */
  static RemoteReadRequest of(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    List<Query> queries = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case QUERIES -> {
          int limit = in.pushLimit(in.readRawVarint32());
          queries.add(query(in));
          in.popLimit(limit);
        }
        case RESPONSE_TYPES -> types(in, tag, types);
        default -> in.skipField(tag);
      }
    }
    types.removeIf(type -> type != SAMPLES && type != CHUNKS);
    return new RemoteReadRequest(queries, !types.isEmpty() && types.get(0) == CHUNKS);
  }

  private static void types(CodedInputStream in, int tag, List<Integer> types) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      types.add(in.readEnum());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (!in.isAtEnd()) {
      types.add(in.readEnum());
    }
    in.popLimit(limit);
  }

  private static Query query(CodedInputStream in) throws IOException {
    long start = 0;
    long end = 0;
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case START -> start = in.readInt64();
        case END -> end = in.readInt64();
        case MATCHERS -> {
          int limit = in.pushLimit(in.readRawVarint32());
          matchers.add(matcher(in));
          in.popLimit(limit);
        }
        default -> in.skipField(tag);
      }
    }
    return new Query(start, end, matchers);
  }

  private static LabelMatcher matcher(CodedInputStream in) throws IOException {
    int type = 0;
    String name = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TYPE -> type = in.readEnum();
        case NAME -> name = in.readStringRequireUtf8();
        case VALUE -> value = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    return new LabelMatcher(type(type), name, value);
  }

  private static LabelMatcher.Type type(int number) {
    return switch (number) {
      case 0 -> LabelMatcher.Type.EQUAL;
      case 1 -> LabelMatcher.Type.NOT_EQUAL;
      case 2 -> LabelMatcher.Type.REGEX;
      case 3 -> LabelMatcher.Type.NOT_REGEX;
      default -> throw new IllegalArgumentException("invalid matcher type " + number);
    };
  }
}
