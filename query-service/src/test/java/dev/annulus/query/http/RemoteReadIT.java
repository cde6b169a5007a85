package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.annulus.model.StaleMarker;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.sql.SqlLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/** Prometheus' remote read, answered with samples; chunks are read by a real Prometheus. */
class RemoteReadIT {
  private static final long START = 1_700_000_000;
  private static final int RESULT_BYTES = 4_000;

  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service =
        new QueryServiceFixture(
            directory,
            QueryServiceFixture.config(
                SqlLimits.DEFAULT.withResultBytes(RESULT_BYTES),
                ReadLimits.DEFAULT,
                AnswerLimits.DEFAULT));
    service.write(
        gauge("scraped", Map.of("job", "a")),
        START + 0.123,
        1,
        START + 1.5,
        StaleMarker.VALUE,
        START + 2.001,
        Double.POSITIVE_INFINITY);
    double[] many = new double[2 * 500];
    for (int i = 0; i < 500; i++) {
      many[2 * i] = START + i;
    }
    service.write(gauge("many", Map.of()), many);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void samplesKeepTheirMillisecondsAndTheirBits() throws Exception {
    HttpResponse<byte[]> answer = read(request("scraped", 0));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(samples(Snappy.uncompress(answer.body())))
        .containsExactly(
            "1700000000123 " + Double.doubleToRawLongBits(1),
            "1700000001500 " + StaleMarker.BITS,
            "1700000002001 " + Double.doubleToRawLongBits(Double.POSITIVE_INFINITY));
  }

  @Test
  void anAnswerIsNoLargerThanAResult() throws Exception {
    assertThat(read(request("many", START * 1_000 + 450_000)).statusCode()).isEqualTo(200);

    HttpResponse<byte[]> answer = read(request("many", 0));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(new String(answer.body()))
        .contains("\"execution\"")
        .contains("query.max-result-bytes");
  }

  @Test
  void aRequestIsNoLongerThanAQuery() throws Exception {
    String name = "x".repeat(4 * SqlLimits.DEFAULT.sqlChars());

    HttpResponse<byte[]> answer = read(request(name, 0));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body())).contains("\"bad_data\"").contains("query.max-sql-chars");
  }

  private static HttpResponse<byte[]> read(byte[] request) throws Exception {
    return service.sendForBytes(
        service
            .request("/api/v1/read")
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Snappy.compress(request)))
            .build());
  }

  /** A request for the samples of a metric, from a time in milliseconds on. */
  private static byte[] request(String name, long from) throws IOException {
    byte[] matcher =
        message(
            out -> {
              out.writeString(2, "__name__");
              out.writeString(3, name);
            });
    byte[] query =
        message(
            out -> {
              out.writeInt64(1, from);
              out.writeInt64(2, START * 2_000);
              out.writeByteArray(3, matcher);
            });
    return message(out -> out.writeByteArray(1, query));
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  /** The samples of the first series: time and bits of the value. */
  private static List<String> samples(byte[] response) throws IOException {
    byte[] series = fields(fields(response, 1).get(0), 1).get(0);
    List<String> samples = new ArrayList<>();
    for (byte[] sample : fields(series, 2)) {
      CodedInputStream in = CodedInputStream.newInstance(sample);
      in.readTag();
      long bits = in.readFixed64();
      in.readTag();
      samples.add(in.readInt64() + " " + bits);
    }
    return samples;
  }

  private static List<byte[]> fields(byte[] message, int number) throws IOException {
    List<byte[]> fields = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == number) {
        fields.add(in.readByteArray());
      } else {
        in.skipField(tag);
      }
    }
    return fields;
  }
}
