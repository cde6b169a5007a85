package dev.annulus.senders;

import static dev.annulus.senders.StoredSeries.counter;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.xerial.snappy.Snappy;

/**
 * Remote write as Prometheus 3 sends it: 2.0 with an unknown type until its log has the metadata,
 * then with the type; and 1.0 before it was upgraded. Debian's Prometheus speaks 1.0 only.
 */
@ExtendWith(Annulus.Shared.class)
class RemoteWrite2IT {
  private static final int UNKNOWN = 0;
  private static final int COUNTER = 1;

  private final String name = "remote_write2_" + System.nanoTime();
  private final long now = Instant.now().getEpochSecond();

  @Test
  void noSampleIsLostWhileTheTypeBecomesKnown(Annulus annulus) throws Exception {
    post(annulus, "", "0.1.0", version1(1, now - 3));
    post2(annulus, UNKNOWN, 2, now - 2);
    post2(annulus, COUNTER, 3, now - 1);
    post2(annulus, UNKNOWN, 4, now);

    StoredSeries.await(
        () -> annulus.named(name),
        counter(
            name, Map.of("job", "é"), Map.of(now - 3, 1.0, now - 2, 2.0, now - 1, 3.0, now, 4.0)));
  }

  private void post2(Annulus annulus, int type, double value, long second) throws IOException {
    HttpResponse<String> answer =
        post(
            annulus,
            ";proto=io.prometheus.write.v2.Request",
            "2.0.0",
            version2(type, value, second));
    assertThat(answer.headers().firstValue("X-Prometheus-Remote-Write-Samples-Written"))
        .hasValue("1");
  }

  private static HttpResponse<String> post(
      Annulus annulus, String proto, String version, byte[] message) throws IOException {
    HttpResponse<String> answer =
        annulus.send(
            HttpRequest.newBuilder(URI.create(annulus.url("/api/v1/write")))
                .header("Content-Type", "application/x-protobuf" + proto)
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", version)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Snappy.compress(message)))
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    return answer;
  }

  private byte[] version1(double value, long second) throws IOException {
    byte[] series =
        message(
            out -> {
              for (List<String> pair : List.of(List.of("__name__", name), List.of("job", "é"))) {
                out.writeByteArray(
                    1,
                    message(
                        label -> {
                          label.writeString(1, pair.get(0));
                          label.writeString(2, pair.get(1));
                        }));
              }
              out.writeByteArray(2, sample(value, second));
            });
    return message(out -> out.writeByteArray(1, series));
  }

  private byte[] version2(int type, double value, long second) throws IOException {
    byte[] labels =
        message(
            out -> {
              for (int i = 1; i <= 4; i++) {
                out.writeUInt32NoTag(i);
              }
            });
    byte[] series =
        message(
            out -> {
              out.writeByteArray(1, labels);
              out.writeByteArray(2, sample(value, second));
              out.writeByteArray(5, message(metadata -> metadata.writeEnum(1, type)));
            });
    return message(
        out -> {
          for (String symbol : List.of("", "__name__", name, "job", "é")) {
            out.writeBytes(4, ByteString.copyFromUtf8(symbol));
          }
          out.writeByteArray(5, series);
        });
  }

  private static byte[] sample(double value, long second) throws IOException {
    return message(
        out -> {
          out.writeDouble(1, value);
          out.writeInt64(2, second * 1000 + 250);
        });
  }

  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
