package dev.annulus.ingest.otlp;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged bodies are never the server's fault, and it never hangs on one. */
class OtlpFuzzIT {
  private static final int ROUNDS = 2_000;
  private static final String[] PIECES = {
    "null",
    "{}",
    "[]",
    "\"\"",
    "-1",
    "1e999999999",
    "\"NaN\"",
    "true",
    "\"\\ud800\"",
    "{",
    "}",
    "]",
    ",",
    "18446744073709551616",
    "\"asInt\":1,",
    "\"dataPoints\":",
    "\u0000",
    "\ufeff"
  };

  @TempDir private Path directory;

  @Test
  @Timeout(240)
  void noDamageIsTheServersFault() throws Exception {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    Random random = new Random(seed);
    try (GatewayFixture gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT)) {
      for (int round = 0; round < ROUNDS; round++) {
        ExportMetricsServiceRequest request = new Requests(random, NOW).request();
        boolean json = random.nextBoolean();
        byte[] body = json ? json(request, random) : bytes(request.toByteArray(), random);
        boolean zipped = random.nextInt(4) == 0;
        byte[] sent = zipped ? gzip(body, random) : body;
        HttpResponse<byte[]> response =
            gateway.post(
                "/v1/metrics",
                sent,
                "Content-Type",
                json ? "application/json" : "application/x-protobuf",
                "Content-Encoding",
                zipped ? "gzip" : "identity");
        assertThat(response.statusCode())
            .as("seed %d, round %d: %s", seed, round, HexFormat.of().formatHex(sent))
            .isIn(200, 400, 413);
      }
    }
  }

  private static byte[] json(ExportMetricsServiceRequest request, Random random) throws Exception {
    StringBuilder text =
        new StringBuilder(JsonFormat.printer().omittingInsignificantWhitespace().print(request));
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(text.length());
      int to = Math.min(text.length(), at + random.nextInt(12));
      text.replace(at, random.nextBoolean() ? at : to, PIECES[random.nextInt(PIECES.length)]);
    }
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    return random.nextInt(4) == 0 ? bytes(body, random) : body;
  }

  private static byte[] bytes(byte[] body, Random random) {
    byte[] damaged = body.clone();
    for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
        case 1 -> damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        case 2 -> damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        default -> {
          int from = random.nextInt(damaged.length);
          byte[] longer = Arrays.copyOf(damaged, damaged.length + random.nextInt(20));
          System.arraycopy(
              damaged, from, longer, Math.min(from, longer.length), damaged.length - from);
          damaged = longer;
        }
      }
    }
    return damaged;
  }

  private static byte[] gzip(byte[] body, Random random) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return random.nextInt(3) == 0 ? bytes(out.toByteArray(), random) : out.toByteArray();
  }
}
