package dev.annulus.ingest.prometheus;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtoBytes;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.prometheus.RemoteWrite.Point;
import dev.annulus.ingest.prometheus.RemoteWrite.Series;
import dev.annulus.ingest.prometheus.RemoteWriteSender.Version;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and headers of remote write that cannot be read are refused, and lose nothing else. */
class MalformedRemoteWriteIT {
  private static final long MILLIS = NOW * 1_000 - 1;

  @TempDir private static Path directory;
  private static GatewayFixture gateway;
  private static RemoteWriteSender sender;

  @BeforeAll
  static void start() {
    gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT);
    sender = new RemoteWriteSender(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void symbolsMustExist() throws Exception {
    byte[] dangling =
        ProtoBytes.message(
            out -> {
              out.writeString(4, "");
              out.writeBytes(5, ByteString.copyFrom(new byte[] {0x0a, 2, 5, 6}));
              out.writeBytes(5, ByteString.copyFrom(new byte[] {0x0a, 1, 0}));
            });
    HttpResponse<byte[]> response = sender.post(dangling, Version.V2.contentType(), "snappy");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response))
        .contains("series 0: labels_refs: refer to symbol 5 of 1")
        .contains("series 1: labels_refs: must be pairs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "image/png",
        "application/x-protobuf;proto=io.prometheus.write.v3.Request",
      })
  void otherMediaTypesAreRefused(String type) throws Exception {
    assertThat(sender.post(RemoteWrite.v1(List.of()), type, "snappy").statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "zstd"})
  void otherEncodingsAreRefused(String encoding) throws Exception {
    assertThat(
            sender.post(RemoteWrite.v1(List.of()), Version.V1.contentType(), encoding).statusCode())
        .isEqualTo(415);
  }

  @Test
  void labelsThatAreNotUtf8NameTheirSeries() throws Exception {
    for (String hex : List.of("636166e9", "c0af", "eda080", "e282")) {
      byte[] odd = HexFormat.of().parseHex(hex);
      byte[] request =
          ProtoBytes.message(
              out -> {
                out.writeBytes(1, ByteString.copyFrom(seriesWith(odd)));
                out.writeBytes(1, ByteString.copyFrom(seriesWith(RemoteWrite.utf8("fine"))));
              });
      HttpResponse<byte[]> response = sender.post(request, Version.V1.contentType(), "snappy");
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(GatewayFixture.text(response)).contains("series 0: labels: must be UTF-8");
      assertThat(gateway.written(response)).containsOnlyKeys("utf8{t=\"fine\"} gauge@0");
    }
  }

  /** Such as behind a proxy that drops parameters: nothing of it would be found. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void aMessageOfTheOtherVersionIsNotTakenForAnEmptyOne(Version said) throws Exception {
    List<Series> series = List.of(Series.of("__name__=other_version", 1, MILLIS));
    byte[] other = said == Version.V1 ? RemoteWrite.v2(series) : RemoteWrite.v1(series);
    HttpResponse<byte[]> response = sender.post(other, said.contentType(), "snappy");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response))
        .contains(said == Version.V1 ? "proto=io.prometheus.write.v2.Request" : "write 1.0");
  }

  private static byte[] seriesWith(byte[] value) {
    return ProtoBytes.message(
        out -> {
          out.writeBytes(1, ByteString.copyFrom(label(RemoteWrite.utf8("__name__"), "utf8")));
          out.writeBytes(
              1,
              ByteString.copyFrom(
                  ProtoBytes.message(
                      label -> {
                        label.writeString(1, "t");
                        label.writeByteArray(2, value);
                      })));
          out.writeBytes(2, ByteString.copyFrom(new byte[0]));
        });
  }

  private static byte[] label(byte[] name, String value) {
    return ProtoBytes.message(
        out -> {
          out.writeByteArray(1, name);
          out.writeString(2, value);
        });
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void manyLabelsAreRefusedAtTheLimit(Version version) throws Exception {
    List<String> labels = new ArrayList<>(List.of("__name__", "many"));
    int count = version == Version.V1 ? 400_000 : 2_000; // the encoder of version 2 is slow
    for (int i = 0; i < count; i++) {
      labels.add("k" + i);
      labels.add("v");
    }
    Series many = new Series(labels, List.of(new Point(1, 0)), 0, 0);
    HttpResponse<byte[]> response = sender.write(version, many, Series.of("__name__=ok", 1, 0));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response))
        .containsPattern("series 0: (tags: at most|labels: are)");
    assertThat(gateway.written(response)).containsOnlyKeys("ok gauge@0");
  }

  @Test
  @Timeout(60)
  void aLongSymbolThatIsReferredToVeryOftenIsNotCopied() throws Exception {
    byte[] refs = new byte[1 << 20];
    Arrays.fill(refs, (byte) 1);
    byte[] request =
        ProtoBytes.message(
            out -> {
              out.writeString(4, "");
              out.writeString(4, "s".repeat(1 << 20));
              out.writeBytes(
                  5, ByteString.copyFrom(ProtoBytes.message(s -> s.writeByteArray(1, refs))));
            });
    HttpResponse<byte[]> response = sender.post(request, Version.V2.contentType(), "snappy");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response)).contains("series 0: labels: are longer than");
  }

  @Test
  void brokenBodiesAreRefused() throws Exception {
    byte[] good = RemoteWrite.snappy(RemoteWrite.v1(List.of(Series.of("__name__=a", 1, 0))));
    byte[] noSnappy = good.clone();
    noSnappy[0] = '0';
    byte[] bomb = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0x7f};
    byte[] noMessage = RemoteWrite.snappy(RemoteWrite.utf8("this is not it"));
    String type = Version.V1.contentType();
    String encoding = "Content-Encoding";
    for (byte[] body : List.of(noSnappy, noMessage, new byte[0])) {
      assertThat(
              gateway
                  .post("/api/v1/write", body, "Content-Type", type, encoding, "snappy")
                  .statusCode())
          .isEqualTo(400);
    }
    assertThat(
            gateway
                .post("/api/v1/write", bomb, "Content-Type", type, encoding, "snappy")
                .statusCode())
        .isEqualTo(413);
    assertThat(gateway.post("/api/v1/write", good).statusCode())
        .as("headers of the very first senders: none")
        .isEqualTo(204);
    assertThat(
            gateway.post("/api/v1/write", good, "Content-Type", type + "; charset=x").statusCode())
        .as("an unknown charset means nothing to Protocol Buffers")
        .isEqualTo(204);
  }
}
