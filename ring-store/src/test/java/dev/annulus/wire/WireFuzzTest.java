package dev.annulus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come, a parser takes them or says they are malformed; nothing else. */
class WireFuzzTest {
  private static final RecordDecoder DECODER = new RecordDecoder(SampleRules.DEFAULT);
  private static final List<byte[]> JSON = corpus();
  private static final byte[] PROTOBUF =
      RecordEncoder.encode(
          List.of(
              new SeriesSamples(
                  SeriesSpec.of(SeriesKey.of("a", Map.of("k", "v")), MetricType.GAUGE),
                  new long[] {1_000, 2_000, 5_001},
                  new double[] {1, 2, 3}),
              new SeriesSamples(
                  new SeriesSpec(9L, null, MetricType.COUNTER, 5L, 10),
                  new long[] {7},
                  new double[] {0.5}),
              new SeriesSamples(
                  SeriesSpec.deltasOf(SeriesKey.of("d")), new long[] {8}, new double[] {3})));

  @Property(tries = 3_000)
  void records(@ForAll("mutated") byte[] bytes, @ForAll("contentTypes") String contentType) {
    decode(contentType, bytes);
  }

  @Property(tries = 2_000)
  void damagedProtobuf(@ForAll long seed, @ForAll byte[] other) {
    decode(ContentType.PROTOBUF.mediaType(), Mutations.of(PROTOBUF, other, seed));
  }

  @Property(tries = 1_000)
  void anyBytes(@ForAll byte[] bytes, @ForAll("contentTypes") String contentType) {
    decode(contentType, bytes);
  }

  @Property(tries = 3_000)
  void bodies(@ForAll("mutated") byte[] bytes, @ForAll MetricType type) {
    Counting handler = new Counting();
    try {
      SampleJson.read(bytes, type, handler);
    } catch (MalformedRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    assertThat(handler.seen).isLessThanOrEqualTo(bytes.length);
  }

  @Property
  void tokens(@ForAll String text) {
    try {
      LogPosition.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void decode(String contentType, byte[] bytes) {
    try {
      Decoded decoded = DECODER.decode(contentType, bytes);
      for (Decoded.Entry entry : decoded.usable()) {
        assertThat(entry.samples().size()).isPositive();
      }
      decoded.unusable().forEach(unusable -> assertThat(unusable.detail()).isNotBlank());
    } catch (MalformedRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<byte[]> mutated() {
    Arbitrary<byte[]> seeds = Arbitraries.of(JSON);
    return seeds.flatMap(
        seed ->
            seeds.flatMap(
                other -> Arbitraries.longs().map(random -> Mutations.of(seed, other, random))));
  }

  @Provide
  Arbitrary<String> contentTypes() {
    return Arbitraries.of(
            ContentType.PROTOBUF.mediaType(), ContentType.JSON.mediaType(), "text/plain", "")
        .injectNull(0.3);
  }

  private static List<byte[]> corpus() {
    try (InputStream in = WireFuzzTest.class.getResourceAsStream("/corpus/samples.txt")) {
      List<byte[]> seeds = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        seeds.add(line.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
      }
      return seeds;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Counts what it is handed. */
  private static final class Counting implements SampleJson.Handler {
    private int seen;

    @Override
    public void sample(int index, Sample sample) {
      assertThat(sample.series()).isNotNull();
      seen++;
    }

    @Override
    public void invalid(int index, InvalidSampleException problem) {
      assertThat(problem.describe()).isNotBlank();
      seen++;
    }
  }
}
