package dev.annulus.ingest.prometheus;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.prometheus.RemoteWrite.Point;
import dev.annulus.ingest.prometheus.RemoteWrite.Series;
import dev.annulus.ingest.prometheus.RemoteWriteSender.Version;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.StaleMarker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The receiver's duties of both specifications, and the cases of the public compliance suite. */
class PrometheusRoutesIT {
  private static final long MILLIS = NOW * 1_000 - 1;
  private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

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

  @ParameterizedTest
  @EnumSource
  void samplesAreInTheLogWhenTheyAreAnswered(Version version) throws Exception {
    HttpResponse<byte[]> response =
        sender.write(
            version,
            Series.of("__name__=up,job=a", 1, MILLIS),
            Series.of("__name__=http_requests_total,job=a", 7, 5_999));
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(gateway.written(response))
        .isEqualTo(
            Map.of(
                "up{job=\"a\"} gauge@" + (NOW - 1) + ".999",
                1.0,
                "http_requests_total{job=\"a\"} counter@5.999",
                7.0));
    assertThat(RemoteWriteSender.writtenHeader(response, "Samples"))
        .isEqualTo(version == Version.V2 ? "2" : "");
    assertThat(RemoteWriteSender.writtenHeader(response, "Histograms"))
        .isEqualTo(version == Version.V2 ? "0" : "");
    assertThat(RemoteWriteSender.writtenHeader(response, "Exemplars"))
        .isEqualTo(version == Version.V2 ? "0" : "");
  }

  @ParameterizedTest
  @EnumSource
  void theSameSeriesIsKnownAgain(Version version) throws Exception {
    for (int i = 0; i < 3; i++) {
      // Another series first, so that version 2 refers to other symbols each time.
      HttpResponse<byte[]> response =
          sender.write(
              version,
              Series.of("__name__=other" + i + ",x" + i + "=1", 1, 1_000),
              Series.of("__name__=again,b=2,a=1", i, 1_000L * i));
      assertThat(gateway.written(response))
          .containsEntry("again{a=\"1\",b=\"2\"} gauge@" + i, (double) i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalSamplesOfASeriesStayTogether(Version version) throws Exception {
    Series series =
        new Series(
            List.of("__name__", "m"),
            List.of(new Point(1, 1_000), new Point(2, 2_000), new Point(3, 2_500)),
            0,
            0);
    assertThat(gateway.series(sender.write(version, series)))
        .singleElement()
        .satisfies(
            samples -> {
              assertThat(samples.timestamps()).containsExactly(1_000, 2_000, 2_500);
              assertThat(samples.values()).containsExactly(1, 2, 3);
            });
  }

  @ParameterizedTest
  @EnumSource
  void anyMillisecondAndBitReachesTheLog(Version version) throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    List<Point> points =
        random
            .longs(500)
            .map(bits -> random.nextInt(8) == 0 ? StaleMarker.BITS : bits)
            .mapToObj(
                bits -> new Point(Double.longBitsToDouble(bits), random.nextLong(NOW * 1_000)))
            .toList();
    Series series = new Series(List.of("__name__", "any" + version), points, 0, 0);
    assertThat(gateway.series(sender.write(version, series)))
        .singleElement()
        .satisfies(
            samples -> {
              for (int i = 0; i < points.size(); i++) {
                assertThat(samples.millis(i)).as("seed %d", seed).isEqualTo(points.get(i).millis());
                assertThat(Double.doubleToRawLongBits(samples.values()[i]))
                    .as("seed %d", seed)
                    .isEqualTo(Double.doubleToRawLongBits(points.get(i).value()));
              }
            });
  }

  @ParameterizedTest
  @CsvSource({
    "a_total, counter",
    "a_bucket, counter",
    "a_sum, counter",
    "a_count, counter",
    "a, gauge",
    "total, gauge",
  })
  void theNameTellsTheTypeWhereNothingElseDoes(String name, String type) throws Exception {
    for (Version version : Version.values()) {
      assertThat(gateway.written(sender.write(version, Series.of("__name__=" + name, 1, 0))))
          .containsOnlyKeys(name + " " + type + "@0");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, counter", "2, gauge", "3, gauge", "4, gauge", "5, gauge", "6, gauge", "7, gauge"})
  void metadataOfVersionTwoTellsTheType(int metadata, String type) throws Exception {
    Series series = Series.of("__name__=typed" + metadata, 1, 0).withType(metadata);
    assertThat(gateway.written(sender.write(Version.V2, series)))
        .containsOnlyKeys("typed" + metadata + " " + type + "@0");
    Series total = Series.of("__name__=total" + metadata + "_total", 1, 0).withType(2);
    assertThat(gateway.written(sender.write(Version.V2, total)))
        .containsOnlyKeys("total" + metadata + "_total gauge@0");
  }

  static Stream<Double> noValues() {
    return Stream.of(STALE, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("noValues")
  void whatIsNoNumberIsLoggedToTheBit(double value) throws Exception {
    for (Version version : Version.values()) {
      HttpResponse<byte[]> response = sender.write(version, Series.of("__name__=up", value, 1_234));
      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(RemoteWriteSender.writtenHeader(response, "Samples"))
          .isEqualTo(version == Version.V2 ? "1" : "");
      SeriesSamples logged = gateway.series(response).get(0);
      assertThat(logged.timestamps()).containsExactly(1_234);
      assertThat(Double.doubleToRawLongBits(logged.values()[0]))
          .isEqualTo(Double.doubleToRawLongBits(value));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "__name__=resource.cpu.usage,job.name=x | resource.cpu.usage{job.name=\"x\"}",
        "__name__=resource cpu usage,job name=x | resource cpu usage{job name=\"x\"}",
        "__name__=up,empty= | up",
        "job=x,__name__=up,a=b | up{a=\"b\",job=\"x\"}",
      })
  void anyNameThatIsTextIsTaken(String labels, String series) throws Exception {
    for (Version version : Version.values()) {
      assertThat(gateway.written(sender.write(version, Series.of(labels, 1, 0))))
          .containsOnlyKeys(series + " gauge@0");
    }
  }

  @Test
  void valuesKeepControlCharactersExceptNul() throws Exception {
    Series series =
        new Series(
            List.of("__name__", "up", "job", "a\nb\u0001\0"), List.of(new Point(1, 0)), 0, 0);
    assertThat(gateway.series(sender.write(Version.V1, series)).get(0).series().key().tags())
        .extracting(tag -> tag.value())
        .containsExactly("a\nb\u0001\\u0000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job=x | series 1: __name__: is missing",
        "'' | series 1: __name__: is missing",
        "__name__=a,__name__=b | series 1: __name__: is given twice",
        "__name__=a,x=1,x=2 | series 1: tags: a key is given twice",
        "__name__=a,=2 | series 1: labels: a label must have a name",
      })
  void aFaultySeriesIsNamedAndTheOthersAreKept(String labels, String problem) throws Exception {
    for (Version version : Version.values()) {
      HttpResponse<byte[]> response =
          sender.write(
              version,
              Series.of("__name__=first", 1, 0),
              Series.of(labels, 1, 0),
              Series.of("__name__=last", 1, 0));
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(GatewayFixture.text(response)).contains(problem).contains("kept=2");
      assertThat(gateway.written(response)).containsOnlyKeys("first gauge@0", "last gauge@0");
      assertThat(RemoteWriteSender.writtenHeader(response, "Samples"))
          .isEqualTo(version == Version.V2 ? "2" : "");
    }
  }

  @Test
  void timesAreChecked() throws Exception {
    HttpResponse<byte[]> response =
        sender.write(Version.V1, Series.of("__name__=a", 1, (NOW + 700) * 1_000));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response)).contains("is 700 s in the future");
  }

  @ParameterizedTest
  @EnumSource
  void nativeHistogramsAreRefusedByName(Version version) throws Exception {
    HttpResponse<byte[]> response =
        sender.write(
            version, Series.of("__name__=h", 1, 0).withHistogram(), Series.of("__name__=ok", 1, 0));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response)).contains("native histograms are not stored");
    assertThat(gateway.written(response)).containsOnlyKeys("ok gauge@0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "APPLICATION/X-PROTOBUF | snappy | false",
        "application/x-protobuf; charset=utf-8 | Snappy | false",
        "application/x-protobuf; | SNAPPY | false",
        "Application/X-Protobuf; Proto=Prometheus.WriteRequest | snappy | false",
        "application/x-protobuf ;\tproto = \"prometheus.WriteRequest\" | snappy | false",
        "Application/X-Protobuf;PROTO=\"io.prometheus.write.v2.Request\" | Snappy | true",
        "application/x-protobuf; proto=IO.PROMETHEUS.WRITE.V2.REQUEST | ` snappy ` | true",
        "application/x-protobuf;proto=io.prometheus.write.v2.Request;charset=utf-8 | snappy | true",
        "application/x-protobuf; version=2; proto=io.prometheus.write.v2.Request | snappy | true",
      })
  void headersKnowNoCaseAndMoreParametersMayStandInThem(String type, String encoding, boolean v2)
      throws Exception {
    List<Series> series = List.of(Series.of("__name__=headers", 1, 0));
    byte[] message = v2 ? RemoteWrite.v2(series) : RemoteWrite.v1(series);
    HttpResponse<byte[]> response = sender.post(message, type, encoding);
    assertThat(response.statusCode()).as(GatewayFixture.text(response)).isEqualTo(204);
    assertThat(gateway.written(response)).containsOnlyKeys("headers gauge@0");
    assertThat(RemoteWriteSender.writtenHeader(response, "Samples")).isEqualTo(v2 ? "1" : "");
  }
}
