package dev.annulus.promql.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.annulus.promql.PromqlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 + 2 * 3 ^ 2 ^ 0.5 - -4 | 1 + 2 * 3 ^ 2 ^ 0.5 - -4",
        "-1^2 | -1 ^ 2",
        "0x3d + 1e3 + .5 + 010 | 61 + 1000 + 0.5 + 8",
        "1h30m + 90 | 1h30m + 90",
        "SUM (up) BY (job,) | sum by (job) (up)",
        "sum by() (up) | sum(up)",
        "sum without () (up) | sum without () (up)",
        "topk(3, sum) | topk(3, sum)",
        "up{b!='x', a=~\"y.*\",} | up{a=~\"y.*\",b!=\"x\"}",
        "{\"a.b\", c=\"d\"} | {__name__=\"a.b\",c=\"d\"}",
        "{\"c.d\"=\"e\", x=`\\n`} | {\"c.d\"=\"e\",x=\"\\\\n\"}",
        "rate(up[300] offset -1w @ 5.5) | rate(up[5m] @ 5.500 offset -1w)",
        "max_over_time(up[1d:] @ end()) | max_over_time(up[1d:] @ end())",
        "a / on (x,\"y.z\") group_left (\"v w\") b | a / on (x, \"y.z\") group_left (\"v w\") b",
        "a and b or c unless d | a and b or c unless d",
        "1 == bool 2 | 1 == bool 2",
        "holt_winters(a[5m], 0.5, 0.1) | double_exponential_smoothing(a[5m], 0.5, 0.1)",
        "a # comment | a",
        "by + offset offset 5m | by + offset offset 5m",
        "start + end + fill | start + end + fill",
        "\"\\x41\\u00e9\\n\" | \"A\u00e9\\n\"",
      })
  void readsAndWrites(String query, String formatted) {
    Expr expr = Parser.parse(query);

    assertThat(Formatter.format(expr)).isEqualTo(formatted);
    assertThat(Formatter.format(Parser.parse(formatted))).isEqualTo(formatted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | 1:1: parse error: no expression found in input",
        "up{ | 1:4: parse error: unexpected end of input inside braces",
        "sum(up | 1:7: parse error: unclosed left parenthesis",
        "rate(up[5m | 1:11: parse error: unclosed left bracket",
        "foo bar | 1:5: parse error: unexpected identifier \"bar\"",
        "{} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
        "{a=~\".*\"} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
        "up + | 1:5: parse error: unexpected end of input",
        "up offset | 1:10: parse error: unexpected end of input in offset, expected number or duration",
        "sum(up) by job | 1:12: parse error: unexpected identifier \"job\" in grouping opts, expected \"(\"",
        "rate(up) | 1:6: parse error: expected type range vector in call to function \"rate\", got instant vector",
        "rate(sum(up)[5m]) | 1:13: parse error: ranges only allowed for vector selectors",
        "up[5m] offset 1m offset 2m | 1:1: parse error: offset may not be set multiple times",
        "up[0s] | 1:4: parse error: duration must be greater than 0",
        "1 and up | 1:1: parse error: set operator \"and\" not allowed in binary scalar expression",
        "1 == 1 | 1:1: parse error: comparisons between scalars must use BOOL modifier",
        "nope(up) | 1:1: parse error: unknown function with name \"nope\"",
        "label_replace(up, \"a\") | 1:1: parse error: expected 5 argument(s) in call to \"label_replace\", got 2",
        "up{a=~\"*\"} | 1:4: parse error: invalid regular expression \"*\": missing argument to repetition operator",
        "a\\n  + on(b) group_left(b) c | 1:1: parse error: label \"b\" must not occur in ON and GROUP clause at once",
        "mad_over_time(a[5m]) | 1:1: parse error: function \"mad_over_time\" is not supported: it is experimental in Prometheus",
        "histogram_count(a) | 1:1: parse error: function \"histogram_count\" is not supported: it is for native histograms",
        "limitk(1, a) | 1:1: parse error: \"limitk\" is not supported: it is experimental in Prometheus",
        "rate(a[5m] smoothed) | 1:12: parse error: modifier \"smoothed\" is not supported: it is experimental in Prometheus",
        "a >/ 2 | 1:3: parse error: operator \">/\" is not supported: it is for native histograms",
        "a[5m + 1m] | 1:6: parse error: duration expressions are not supported: they are experimental in Prometheus",
        "5x | 1:1: parse error: bad number or duration syntax: \"5x\"",
        "\"\\q\" | 1:1: parse error: error unquoting string \"\\q\": unknown escape sequence \\q",
      })
  void refusesWithAPosition(String query, String message) {
    String text = query.replace("\\n", "\n");

    PromqlException refused = catchThrowableOfType(PromqlException.class, () -> Parser.parse(text));

    assertThat(refused).hasMessage(message);
    assertThat(refused.type()).isEqualTo(PromqlException.Type.BAD_DATA);
    assertThat(refused.position()).isNotNull();
  }

  @Test
  void namesTheLine() {
    assertThat(catchThrowableOfType(PromqlException.class, () -> Parser.parse("a +\n  b c")))
        .hasMessageStartingWith("2:5: parse error: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(", "-", "sum(", "a+", "a^", "a[5m:1m] + ", "max_over_time((", "1==bool ", "{"})
  void isNotOverflownByDepth(String part) {
    String query = part.repeat(100_000);

    PromqlException refused =
        catchThrowableOfType(PromqlException.class, () -> Parser.parse(query));

    assertThat(refused.type()).isEqualTo(PromqlException.Type.BAD_DATA);
  }

  @Test
  void takesWhatIsAsDeepAsAllowed() {
    String chain = "1" + " + 1".repeat(98);

    assertThat(Formatter.format(Parser.parse(chain, 100))).isEqualTo(chain);
    assertThat(
            catchThrowableOfType(
                PromqlException.class, () -> Parser.parse(chain + " + 1 + 1", 100)))
        .hasMessageContaining("more than 100 levels");
  }

  @Test
  void readsSelectorsAlone() {
    assertThat(Parser.parseSelector("up{a=\"b\"}")).hasSize(2);
    assertThat(catchThrowableOfType(PromqlException.class, () -> Parser.parseSelector("up[5m]")))
        .isNotNull();
    assertThat(catchThrowableOfType(PromqlException.class, () -> Parser.parseSelector("1")))
        .isNotNull();
  }

  @Test
  void splitsLongQueries() {
    String query =
        "sum by (job, instance) (rate(http_requests_total{code=\"200\",path=\"/a/long/path\"}[5m]))"
            + " / on (job) group_left (x) count(up)";

    assertThat(PrettyPrinter.format(Parser.parse(query)))
        .isEqualTo(
            """
              sum by (job, instance) (rate(http_requests_total{code="200",path="/a/long/path"}[5m]))
            / on (job) group_left (x)
              count(up)""");
  }
}
