package dev.annulus.query.http.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.promql.series.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonAnswerTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private interface Content {
    void write(JsonAnswer json) throws IOException;
  }

  private static String written(Content content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonAnswer json = new JsonAnswer(out)) {
      content.write(json);
    }
    return out.toString(UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1.5, -1.5",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "0.1, 0.1",
    "0.000001, 0.000001",
    "-0.00012345, -0.00012345",
    "9.99e-7, 9.99e-07",
    "4.9e-324, 5e-324",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "123456789012345680000, 123456789012345680000",
    "12345678.9, 12345678.9",
    "12345678901234.5, 12345678901234.5",
    "2e-3, 0.002",
    "-2.5e-7, -2.5e-07",
    "1e-7, 1e-07",
    "1.5e-100, 1.5e-100",
    "1e23, 1e+23",
    "9007199254740993, 9007199254740992",
    "5e-323, 5e-323",
    "0.30000000000000004, 0.30000000000000004",
    "100.5, 100.5",
  })
  void numbersAreWrittenAsByPrometheus(double number, String expected) throws IOException {
    assertThat(written(json -> json.decimal(number))).isEqualTo(expected);
  }

  @Test
  void anyNumberReadsBack() throws IOException {
    for (int i = 0; i < 50_000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        assertThat(Double.parseDouble(written(json -> json.decimal(number))))
            .as("seed %d", seed)
            .isEqualTo(number);
      }
    }
  }

  @Test
  void numbersHaveTheDigitsThatAnotherImplementationFinds() throws IOException {
    for (int i = 0; i < 200_000; i++) {
      double number =
          switch (i % 8) {
            case 0 -> random.nextInt(100_000) / 300.0;
            case 1 -> random.nextDouble();
            case 2 -> Math.scalb(1.0, random.nextInt(2_098) - 1_074);
            case 3 -> Math.nextDown(Math.scalb(1.0, random.nextInt(2_098) - 1_074));
            case 4 -> Double.parseDouble(random.nextInt(1_000) + "e" + (random.nextInt(640) - 326));
            case 5 -> Double.longBitsToDouble(random.nextLong() >>> 12 + random.nextInt(52));
            case 6 -> random.nextInt(1_000_000) / 1e3;
            default -> Double.longBitsToDouble(random.nextLong());
          };
      if (Double.isFinite(number)) {
        BigDecimal expected = new BigDecimal(NumberOutput.toString(number, true));
        BigDecimal found = new BigDecimal(written(json -> json.decimal(number)));
        if (Math.abs(number) < 1e-300 && found.precision() == 1) {
          assertThat(found.doubleValue()).isEqualTo(number); // the other one has two digits
        } else {
          assertThat(found).as("seed %d: %s", seed, number).isEqualByComparingTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1435781430781, 1435781430.781",
    "1435781430000, 1435781430",
    "1435781430070, 1435781430.070",
    "-1500, -1.500",
  })
  void timesHaveThreeDecimalsOrNone(long millis, String expected) throws IOException {
    assertThat(written(json -> json.seconds(millis))).isEqualTo(expected);
  }

  @Test
  void anyTimeIsItsDecimalHoweverManyBeforeIt() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      long millis = i % 2 == 0 ? random.nextLong() >> 1 + random.nextInt(60) : i * 777_777L;
      String whole = BigDecimal.valueOf(millis, 3).toPlainString().replaceFirst("\\.000$", "");
      String expected = "%s %s %d".formatted(whole, whole, millis);
      assertThat(
              written(
                  json -> json.seconds(millis).raw(" ").seconds(millis).raw(" ").integer(millis)))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void anyTextReadsBack() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(200); j > 0; j--) {
        int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x10ffff);
        text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
      }
      Labels labels = Labels.of("a", text.toString(), "b\"", "c");
      JsonNode read = mapper.readTree(written(json -> json.labels(labels)));

      assertThat(read.path("a").asText()).as("seed %d", seed).isEqualTo(text.toString());
      assertThat(read.get("b\"").asText()).isEqualTo("c");
    }
  }

  @Test
  void aTextMayBeLongerThanTheBuffer() throws IOException {
    for (String unit : new String[] {"x", "é", "\u0001", "abc\"", "😀"}) {
      String text = "y".repeat(random.nextInt(10)) + unit.repeat(20_000);
      assertThat(new ObjectMapper().readTree(written(json -> json.text(text))).asText())
          .isEqualTo(text);
    }
  }

  @Test
  void halfAPairIsReplaced() throws IOException {
    assertThat(written(json -> json.text("a\ud800b"))).isEqualTo("\"a\ufffdb\"");
  }
}
