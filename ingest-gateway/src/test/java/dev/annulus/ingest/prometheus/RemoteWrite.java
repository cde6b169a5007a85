package dev.annulus.ingest.prometheus;

import static dev.annulus.ingest.ProtoBytes.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/** Builds remote-write messages of both versions. */
public final class RemoteWrite {
  private RemoteWrite() {}

  /** A value and its milliseconds. */
  public record Point(double value, long millis) {}

  /** A series; {@code labels} are names and values in turn, in any order. */
  public record Series(List<String> labels, List<Point> points, int type, int histograms) {
    public static Series of(String labels, double value, long millis) {
      List<String> parts = new ArrayList<>();
      for (String label : labels.split(",", -1)) {
        if (!label.isEmpty()) {
          parts.add(label.substring(0, label.indexOf('=')));
          parts.add(label.substring(label.indexOf('=') + 1));
        }
      }
      return new Series(parts, List.of(new Point(value, millis)), 0, 0);
    }

    Series withType(int metadataType) {
      return new Series(labels, points, metadataType, histograms);
    }

    Series withHistogram() {
      return new Series(labels, List.of(), type, 1);
    }
  }

  public static byte[] v1(List<Series> all) {
    return message(
        request -> {
          for (Series series : all) {
            request.writeBytes(1, ByteString.copyFrom(message(out -> seriesV1(out, series))));
          }
          // metadata: a type and the name of a family
          request.writeBytes(3, ByteString.copyFrom(message(out -> out.writeString(2, "up"))));
        });
  }

  private static void seriesV1(CodedOutputStream out, Series series) throws IOException {
    for (int i = 0; i < series.labels().size(); i += 2) {
      String name = series.labels().get(i);
      String value = series.labels().get(i + 1);
      out.writeBytes(
          1,
          ByteString.copyFrom(
              message(
                  label -> {
                    label.writeString(1, name);
                    label.writeString(2, value);
                  })));
    }
    writePoints(out, series, 4);
  }

  static byte[] v2(List<Series> all) {
    List<String> symbols = new ArrayList<>(List.of(""));
    return message(
        request -> {
          List<byte[]> encoded = new ArrayList<>();
          for (Series series : all) {
            encoded.add(message(out -> seriesV2(out, series, symbols)));
          }
          for (String symbol : symbols) {
            request.writeString(4, symbol);
          }
          for (byte[] series : encoded) {
            request.writeBytes(5, ByteString.copyFrom(series));
          }
        });
  }

  private static void seriesV2(CodedOutputStream out, Series series, List<String> symbols)
      throws IOException {
    byte[] refs =
        message(
            packed -> {
              for (String text : series.labels()) {
                if (!symbols.contains(text)) {
                  symbols.add(text);
                }
                packed.writeUInt32NoTag(symbols.indexOf(text));
              }
            });
    out.writeBytes(1, ByteString.copyFrom(refs));
    writePoints(out, series, 3);
    // an exemplar, and metadata behind the samples
    out.writeBytes(4, ByteString.copyFrom(message(exemplar -> exemplar.writeDouble(2, 1))));
    out.writeBytes(
        5, ByteString.copyFrom(message(metadata -> metadata.writeEnum(1, series.type()))));
  }

  private static void writePoints(CodedOutputStream out, Series series, int histogramField)
      throws IOException {
    for (Point point : series.points()) {
      out.writeBytes(
          2,
          ByteString.copyFrom(
              message(
                  sample -> {
                    sample.writeDouble(1, point.value());
                    sample.writeInt64(2, point.millis());
                  })));
    }
    for (int i = 0; i < series.histograms(); i++) {
      out.writeBytes(
          histogramField, ByteString.copyFrom(message(histogram -> histogram.writeUInt64(1, 5))));
    }
  }

  public static byte[] snappy(byte[] message) {
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
