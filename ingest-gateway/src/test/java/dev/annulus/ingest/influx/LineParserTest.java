package dev.annulus.ingest.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.IngestLimits;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Times;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineParserTest {
  private static final long NOW = 1_800_000_000L;

  private final SeriesIntake intake =
      new SeriesIntake(Source.INFLUX, SampleRules.DEFAULT, RetentionRules.NONE);
  private final IngestMemory memory =
      new IngestMemory(IngestLimits.DEFAULT, new SimpleMeterRegistry());
  private final SeriesCache<LineSeries> known = new SeriesCache<>(new RememberedBytes(1_000_000));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a\\,b,t=x\\ y v=1 | a,b_v{t=\"x y\"}",
        "a\\ b,k\\=1=x v=1 | a b_v{k=1=\"x\"}",
        "a,t=\\x v=1 | a_v{t=\"\\\\x\"}",
        "a,t=\"q\" v=1 | a_v{t=\"\\\"q\\\"\"}",
        "ä,ö=ü v=1 | ä_v{ö=\"ü\"}",
        "a,b=2,a=1 v=1 | a_v{a=\"1\",b=\"2\"}",
        "a f\\ g=1 | a_f g",
        "a value=1 | a",
      })
  void keysAreUnescapedAndTagsSorted(String line, String series) {
    assertThat(parse(line)).containsOnlyKeys(series + "@" + NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-1, -1",
    "1.5, 1.5",
    "-0.25, -0.25",
    "1., 1",
    ".5, 0.5",
    "1e3, 1000",
    "1E-3, 0.001",
    "123456789012345678, 123456789012345678",
    "0.1234567890123456789, 0.1234567890123456789",
    "7i, 7",
    "-7i, -7",
    "9223372036854775807i, 9223372036854775807",
    "-9223372036854775808i, -9223372036854775808",
    "7u, 7",
    "18446744073709551615u, 18446744073709551615",
    "t, 1",
    "T, 1",
    "true, 1",
    "True, 1",
    "TRUE, 1",
    "f, 0",
    "F, 0",
    "false, 0",
    "False, 0",
    "FALSE, 0",
  })
  void valuesOfEveryTypeAreNumbers(String text, double value) {
    assertThat(parse("m v=" + text)).containsEntry("m_v@" + NOW, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ",t=1 v=1 | missing measurement",
        "m | missing fields",
        "m,t=1 | missing fields",
        "m v | missing field value",
        "m =1 | missing field key",
        "m v= | missing field value",
        "m v=1, | missing fields",
        "m v=x | invalid number",
        "m v=1x | invalid number",
        "m v=+1 | invalid number",
        "m v=--1 | invalid number",
        "m v=NaN | invalid number",
        "m v=1e400 | number out of range",
        "m v=maybe | invalid boolean",
        "m v=9223372036854775808i | integer out of range",
        "m v=1.5i | invalid integer",
        "m v=-1u | invalid unsigned integer",
        "m v=18446744073709551616u | invalid unsigned integer",
        "m v=\"a | unbalanced quotes",
        "m v=\"a\"b | invalid field format",
        "m v=1 x | invalid timestamp",
        "m v=1 1 1 | nothing may follow the timestamp",
        "m v=1 99999999999999999999 | timestamp out of range",
        "m v=1 -1 | ts: must not be negative",
        "m v=1 1900000000000000000 | ts: is 100000000 s in the future",
        "m,=1 v=1 | missing tag key",
        "m,t= v=1 | missing tag value",
        "m,t=a=b v=1 | invalid tag format",
        "m,t=1,t=2 v=1 | tags: a key is given twice",
      })
  void aFaultNamesItsLineAndTheRuleAndTheOthersCount(String line, String problem) {
    LineParser parser = parser("ok v=1\n" + line + "\nok v=2");
    parser.parse();
    assertThat(parser.problems().text()).startsWith("line 2: " + problem);
    assertThat(parser.problems().count()).isEqualTo(1);
    assertThat(samples(parser.batch())).containsOnlyKeys("ok_v@" + NOW);
    assertThat(parser.batch().size()).isEqualTo(2);
  }

  @Test
  void aTextMayHoldLineFeedsAndTheLinesBehindItAreCountedOn() {
    LineParser parser = parser("m s=\"1\n2\",v=1\r\n\n  # no\nbroken");
    parser.parse();
    assertThat(parser.problems().text()).isEqualTo("line 5: missing fields");
    assertThat(parser.ignored()).isEqualTo(1);
    assertThat(samples(parser.batch())).containsOnlyKeys("m_v@" + NOW);
  }

  @Test
  void manyFaultsAreCountedAndTheFirstOnesTold() {
    LineParser parser = parser("x\n".repeat(50));
    parser.parse();
    assertThat(parser.problems().told()).hasSize(10);
    assertThat(parser.problems().text()).endsWith("; and 40 more");
  }

  @Property(tries = 300)
  void whatIsWrittenReadsBack(@ForAll("points") List<Point> points) {
    String body = points.stream().map(Point::line).collect(Collectors.joining("\n"));
    Map<String, Double> expected = new TreeMap<>();
    points.forEach(point -> point.addTo(expected));
    assertThat(parse(body)).isEqualTo(expected);
    assertThat(parse(body)).as("from memory").isEqualTo(expected);
  }

  @Property(tries = 2_000)
  void nothingBreaksTheParser(@ForAll("noise") String body) {
    LineParser parser = parser(body);
    parser.parse();
    assertThat(parser.problems().count())
        .isLessThanOrEqualTo((int) body.chars().filter(c -> c == '\n').count() + 1);
  }

  @Property(tries = 2_000)
  void numbersAreTheNearestDoubles(@ForAll double value) {
    if (Double.isFinite(value)) {
      assertThat(parse("m v=" + value)).containsEntry("m_v@" + NOW, value);
    }
  }

  record Point(String measurement, Map<String, String> tags, Map<String, Double> fields, long ts) {
    String line() {
      StringBuilder line = new StringBuilder(escape(measurement));
      tags.forEach((k, v) -> line.append(',').append(escape(k)).append('=').append(escape(v)));
      String separator = " ";
      for (Map.Entry<String, Double> field : fields.entrySet()) {
        line.append(separator).append(escape(field.getKey())).append('=').append(field.getValue());
        separator = ",";
      }
      return line.append(' ').append(ts).append("000000000").toString();
    }

    void addTo(Map<String, Double> samples) {
      fields.forEach(
          (field, value) -> {
            String name = field.equals("value") ? measurement : measurement + "_" + field;
            String key = dev.annulus.model.SeriesKey.of(name, tags).canonical();
            samples.put(key + "@" + ts, value);
          });
    }

    private static String escape(String text) {
      return text.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ");
    }
  }

  @Provide
  Arbitrary<List<Point>> points() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .withChars("abcäß€ ,=\"'.-_:0129")
            .ofMinLength(1)
            .ofMaxLength(12)
            .filter(s -> !s.startsWith(" ") && !s.startsWith("#"));
    Arbitrary<Double> value = Arbitraries.doubles().between(-1e9, 1e9).ofScale(6);
    return Combinators.combine(
            text,
            Arbitraries.maps(text, text).ofMaxSize(5),
            Arbitraries.maps(text, value).ofMinSize(1).ofMaxSize(5),
            Arbitraries.longs().between(0, NOW))
        .as(Point::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> noise() {
    return Arbitraries.strings().withChars("ab,= \\\"\n\r\t#19.-eituT\u0000ä").ofMaxLength(60);
  }

  private Map<String, Double> parse(String body) {
    LineParser parser = parser(body);
    parser.parse();
    assertThat(parser.problems().text()).isEmpty();
    return samples(parser.batch());
  }

  private LineParser parser(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new LineParser(
        bytes, bytes.length, Precision.NANOS, Times.millis(NOW), memory.open(), intake, known);
  }

  private static Map<String, Double> samples(SampleBatch batch) {
    Map<String, Double> samples = new TreeMap<>();
    List<String> order = new ArrayList<>();
    batch.forEachSeries(
        (series, timestamps, values, from, to) -> {
          String key = new String(series.recordKey(), StandardCharsets.UTF_8);
          order.add(key);
          for (int i = from; i < to; i++) {
            samples.put(key + "@" + Times.seconds(timestamps[i]), values[i]);
          }
        });
    assertThat(order).as("each series once").doesNotHaveDuplicates();
    return samples;
  }
}
