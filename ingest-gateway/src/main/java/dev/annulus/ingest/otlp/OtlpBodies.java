package dev.annulus.ingest.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import dev.annulus.ingest.IngestMemory;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.util.Map;

/** Parses bodies of both encodings, after estimating their memory. Thread-safe. */
final class OtlpBodies {
  /** Nesting of messages, the parser's own limit. Nested lists take two levels each. */
  static final int MAX_DEPTH = 100;

  /** Bytes of a message or string with its reference, the average of typical requests. */
  private static final int OBJECT_BYTES = 96;

  /** A byte of a body becomes at most two of a string. */
  private static final int TEXT_FACTOR = 2;

  /** A byte may become a number of eight, in a list that grows by half. */
  private static final int NUMBERS_FACTOR = 12;

  private static final Parser<ExportMetricsServiceRequest> PARSER =
      DiscardUnknownFieldsParser.wrap(ExportMetricsServiceRequest.parser());

  private final OtlpConfig config;

  OtlpBodies(OtlpConfig config) {
    this.config = config;
  }

  /**
   * A parsed request.
   *
   * @param faults what is wrong with single data points, by their number from 0 in the request
   */
  record Export(ExportMetricsServiceRequest request, Map<Integer, String> faults) {}

  /**
   * Reads Protocol Buffers.
   *
   * @throws InvalidProtocolBufferException if they are broken or nested too deeply
   */
  Export protobuf(byte[] array, int length, IngestMemory.Allowance memory) throws IOException {
    return new Export(parse(array, length, memory), Map.of());
  }

  /**
   * Reads JSON.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is none
   */
  Export json(byte[] array, int length, IngestMemory.Allowance memory) throws IOException {
    OtlpJson json = new OtlpJson(new ObjectCount(config.maxObjects()), new WireBuffer(memory));
    WireBuffer wire = json.read(array, length);
    return new Export(parse(wire.array(), wire.size(), memory), json.faults());
  }

  private ExportMetricsServiceRequest parse(byte[] array, int length, IngestMemory.Allowance memory)
      throws IOException {
    Scan scan = new Scan(new ObjectCount(config.maxObjects()));
    scan.message(CodedInputStream.newInstance(array, 0, length), OtlpSchema.REQUEST, 0);
    memory.take(
        (long) OBJECT_BYTES * scan.count.objects()
            + (long) TEXT_FACTOR * length
            + NUMBERS_FACTOR * scan.numberBytes);
    return PARSER.parseFrom(array, 0, length);
  }

  /** Walks over a body without allocating. */
  private static final class Scan {
    private final ObjectCount count;
    private long numberBytes;

    Scan(ObjectCount count) {
      this.count = count;
    }

    private void message(CodedInputStream in, OtlpSchema message, int depth) throws IOException {
      if (depth >= MAX_DEPTH) {
        throw new InvalidProtocolBufferException("messages are nested too deeply");
      }
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        OtlpSchema.Field field = message.field(WireFormat.getTagFieldNumber(tag));
        if (field == null) {
          in.skipField(tag);
        } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          delimited(in, field, depth);
        } else {
          int before = in.getTotalBytesRead();
          in.skipField(tag);
          numberBytes += field.repeated() ? in.getTotalBytesRead() - before : 0;
        }
      }
    }

    private void delimited(CodedInputStream in, OtlpSchema.Field field, int depth)
        throws IOException {
      int length = in.readRawVarint32();
      OtlpSchema message = field.message();
      if (message != null) {
        count.add();
        int limit = in.pushLimit(length);
        message(in, message, depth + 1);
        in.popLimit(limit);
        return;
      }
      if (field.descriptor().isPackable()) {
        numberBytes += length;
      } else if (length > 0) {
        count.add();
      }
      in.skipRawBytes(length);
    }
  }
}
