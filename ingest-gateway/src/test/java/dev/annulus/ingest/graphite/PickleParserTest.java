package dev.annulus.ingest.graphite;

import static dev.annulus.ingest.graphite.Pickles.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Times;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleParserTest {
  private static final long NOW = 1_800_000_000L;

  private final GraphiteIntake intake =
      new GraphiteIntake(
          new SeriesIntake(Source.GRAPHITE, SampleRules.DEFAULT, RetentionRules.NONE),
          new LogWrites(
              Source.GRAPHITE,
              batch -> CompletableFuture.failedFuture(new IllegalStateException()),
              new SimpleMeterRegistry()),
          () -> Instant.ofEpochSecond(NOW),
          new RememberedBytes(1_000_000),
          16 << 20);

  @Test
  void everyProtocolOfPythonIsRead() throws Exception {
    for (byte[] message : Pickles.PYTHON) {
      assertThat(parse(message))
          .isEqualTo(
              Map.of(
                  "a.b@1700000000",
                  1.5,
                  "ü{host=\"x\"}@1700000001",
                  -2.0,
                  "a.b@1700000002",
                  0x1p70,
                  "t@1700000003",
                  1.0));
    }
    assertThat(parse(Pickles.python2("p.two", 1_700_000_000, -0.5)))
        .isEqualTo(Map.of("p.two@1700000000", -0.5));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2.5E-3, 0.0025", "+5, 5", "1.7976931348623157E308, 1.7976931348623157E308"})
  void valuesMayBeTexts(String text, double value) throws Exception {
    assertThat(parse(Pickles.dropwizard("d", 1_700_000_000L, text)))
        .isEqualTo(Map.of("d@1700000000", value));
  }

  @Test
  void minusOneIsNowAndWhatIsNoNumberIsNotStored() throws Exception {
    assertThat(parse(Pickles.dropwizard("d", -1, "1"))).isEqualTo(Map.of("d@" + NOW, 1.0));
    PickleParser parser = parser(Pickles.dropwizard("d", 1, "NaN"));
    assertThat(parser.ignored()).isEqualTo(1);
    assertThat(parser.problems().isEmpty()).isTrue();
  }

  @Test
  void escapesInTextsAreRead() throws Exception {
    assertThat(parse("(l(S'a\\xc3\\xbc\\'b'\n(I1\nI2\ntta.".getBytes(UTF_8)))
        .isEqualTo(Map.of("aü'b@1", 2.0));
    assertThat(parse("(l(Va\\u20acb\\U0001f600\n(I1\nI2\ntta.".getBytes(UTF_8)))
        .isEqualTo(Map.of("a€b😀@1", 2.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "(l(S'a'\\n(I1\\nNtta. | sample 0: the value is not a number",
        "(l(S'a'\\n(NI1\\ntta. | sample 0: the timestamp is not a number",
        "(l(I1\\n(I1\\nI2\\ntta. | sample 0: the path is not a string",
        "(l(S'a'\\nI1\\nI2\\nta. | sample 0: expected (PATH",
        "(lI1\\na. | sample 0: expected (PATH",
        "(l(S'a'\\n(I1\\nS'x'\\ntta. | sample 0: invalid number",
        "(l(S'\\xe9'\\n(I1\\nI2\\ntta. | sample 0: the path is not UTF-8",
        "(l(S'a;b'\\n(I1\\nI2\\ntta. | sample 0: a tag must be",
        "(l(S''\\n(I1\\nI2\\ntta. | sample 0: name: must not be empty",
        "(l(S'a'\\n(I1900000000\\nI2\\ntta. | sample 0: ts: is",
      })
  void aFaultySampleIsNamedAndTheOthersAreKept(String message, String problem) throws Exception {
    String good = "(S'ok'\n(I1\nI2\ntta.";
    String body = message.replace("\\n", "\n");
    PickleParser parser = parser((body.substring(0, body.length() - 1) + good).getBytes(UTF_8));
    assertThat(parser.problems().text()).startsWith(problem);
    assertThat(samples(parser)).containsOnlyKeys("ok@1");
  }

  /** What runs something in Python, and what is broken. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "63 6f730a73797374656d0a 28 53 276563686f2068690a", // os.system
        "63 6f730a73797374656d0a 28 53 2765270a 74 52 2e", // … called
        "80 02 63 5f5f6275696c74696e5f5f0a6576616c0a 55 01 31 85 52 2e",
        "28 69 6f730a53797374656d0a 2e", // INST
        "8c026f738c0673797374656d93 2e", // STACK_GLOBAL
        "80 06 5d 2e", // a protocol there is not
        "82 01 2e",
        "50 610a 2e",
        "51 2e",
        "81 2e",
        "62 2e",
        "64 2e",
        "7d 2e",
        "32 2e",
        "30 2e",
        "",
        "2e",
        "5d",
        "28 2e",
        "74 2e",
        "61 2e",
        "5d61 2e",
        "65 2e",
        "86 2e",
        "68 00 2e",
        "67 610a 2e",
        "67 39393939393939393939393939393939393939390a 2e",
        "71 00 2e",
        "58 ffffffff 2e",
        "54 ffffffff 2e",
        "8d ffffffffffffffff 2e",
        "8d 7fffffffffffffff 2e",
        "8b ffffffff 2e",
        "4c 4c0a 2e",
        "49 780a 2e",
        "53 610a 2e",
        "53 2761220a 2e",
        "53 27 0a 2e",
        "53 275c780a 2e",
        "53 275c787a7a270a 2e",
        "56 5c7564383030 0a 2e",
        "56 5c5566666666666666660a 2e",
        "56 5c75 0a 2e",
        "4b 2e",
        "4b 01 2e",
        "5d 28 4b 01 2e",
      })
  void whatIsNotDataIsRefusedWhole(String text) {
    byte[] message = hex(text.replace(" ", ""));
    assertThatThrownBy(() -> parser(message)).isInstanceOf(PickleException.class);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void nothingBreaksTheReader() {
    long seed = new Random().nextLong();
    System.out.println("PickleParserTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      byte[] message = mutated(random);
      try {
        parser(message);
      } catch (PickleException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  private static byte[] mutated(Random random) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(40)];
      String codes = "(.]lt)ae\u0085\u0086\u0087NIFLJKMGSVUTXBCpqrghj\u0080\u008a\u008b\u008c\n1'";
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (byte) codes.charAt(random.nextInt(codes.length()));
      }
      return noise;
    }
    byte[] message = Pickles.PYTHON.get(random.nextInt(Pickles.PYTHON.size())).clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(message.length);
      switch (random.nextInt(3)) {
        case 0 -> message[at] = (byte) random.nextInt(256);
        case 1 -> message[at] = message[random.nextInt(message.length)];
        default -> {
          int length = Math.min(random.nextInt(8), message.length - at);
          System.arraycopy(message, random.nextInt(message.length - length), message, at, length);
        }
      }
    }
    return message;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void theLargestMessageTakesATimeLikeAnyOther() throws Exception {
    ByteArrayOutputStream nested = new ByteArrayOutputStream();
    nested.writeBytes(hex("5d"));
    for (int i = 0; i < 1 << 20; i++) {
      nested.write(0x85);
    }
    assertThat(parser(join(nested, "2e")).problems().count()).isEqualTo(1);

    ByteArrayOutputStream cyclic = new ByteArrayOutputStream();
    cyclic.writeBytes(hex("5d7100"));
    for (int i = 0; i < 300_000; i++) {
      cyclic.writeBytes(hex("680061"));
    }
    assertThat(parser(join(cyclic, "2e")).problems().count()).isEqualTo(300_000);

    ByteArrayOutputStream longPath = new ByteArrayOutputStream();
    longPath.writeBytes(hex("5d5800000800")); // a path of half a megabyte, referred to again
    longPath.writeBytes("x".repeat(1 << 19).getBytes(UTF_8));
    longPath.writeBytes(hex("7100" + "4b014b01867101" + "8661"));
    for (int i = 0; i < 80_000; i++) {
      longPath.writeBytes(hex("6800" + "6801" + "8661"));
    }
    PickleParser parser = parser(join(longPath, "2e"));
    assertThat(parser.problems().count()).isEqualTo(80_001);
    assertThat(parser.problems().text()).contains("name: may have at most");
  }

  private static byte[] join(ByteArrayOutputStream out, String hex) {
    out.writeBytes(hex(hex));
    return out.toByteArray();
  }

  private PickleParser parser(byte[] message) throws PickleException {
    byte[] padded = new byte[message.length + 7];
    System.arraycopy(message, 0, padded, 3, message.length);
    PickleParser parser = new PickleParser(intake);
    parser.parse(padded, 3, 3 + message.length);
    return parser;
  }

  private Map<String, Double> parse(byte[] message) throws PickleException {
    PickleParser parser = parser(message);
    assertThat(parser.problems().text()).isEmpty();
    return samples(parser);
  }

  private static Map<String, Double> samples(PickleParser parser) {
    Map<String, Double> samples = new TreeMap<>();
    parser
        .batch()
        .forEachSeries(
            (series, timestamps, values, from, to) -> {
              for (int i = from; i < to; i++) {
                samples.put(
                    new String(series.recordKey(), UTF_8) + "@" + Times.seconds(timestamps[i]),
                    values[i]);
              }
            });
    return samples;
  }
}
