package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as the same number and as one character. */
class EqualityIT {
  private static final long START = 1_700_000_040L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "zero", Map.of("e", "x😀y"), START, 4, ts -> ts % 2 == 0 ? 0.0 : -0.0);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT value, count(*) FROM s GROUP BY value | [[0.0, 4]]",
        "SELECT DISTINCT value FROM s | [[0.0]]",
        "SELECT count(DISTINCT value), count(DISTINCT -value) FROM s | [[1, 1]]",
        "SELECT ts > 0, count(DISTINCT value), count(*) FROM s GROUP BY ts > 0 | [[true, 1, 4]]",
        "SELECT -value AS v, count(*) FROM s GROUP BY v | [[0.0, 4]]",
        "SELECT value, count(*) FROM s GROUP BY ROLLUP(value) ORDER BY 1 | [[0.0, 4], [null, 4]]",
        "SELECT count(*) FROM s AS a JOIN s AS b ON a.value = b.value | [[16]]",
        "SELECT count(*) FROM s AS a JOIN s AS b ON a.value = b.value AND a.ts < b.ts | [[6]]",
        "SELECT count(*) FROM s AS a LEFT JOIN s AS b ON a.value = -b.value | [[16]]",
        "SELECT count(*) FROM s WHERE value IN (SELECT 0.0 * -1) | [[4]]",
        "SELECT count(*) FROM s WHERE value NOT IN (SELECT 0.0 * -1) | [[0]]",
        "SELECT count(*) FROM s WHERE value IN (-0.0) AND value IN (0, 7.5) | [[4]]",
        "SELECT count(*) FROM s WHERE value = -0.0 AND value >= 0.0 AND value <= -0.0 | [[4]]",
        "SELECT count(*) FROM s WHERE value IS NOT DISTINCT FROM -0.0 | [[4]]",
        "SELECT count(CASE value WHEN 0 THEN 1 END), count(nullif(value, 0)) FROM s | [[4, 0]]",
        "SELECT value FROM s UNION SELECT -0.0 | [[0.0]]",
        "SELECT value FROM s INTERSECT SELECT -0.0 | [[0.0]]",
        "SELECT value FROM s EXCEPT SELECT -0.0 | []",
        "SELECT max(r), min(n) FROM (SELECT rank() OVER (ORDER BY value) AS r, count(*) OVER"
            + " (PARTITION BY value) AS n FROM s) AS w | [[1, 4]]",
        "SELECT ts - 1700000040 FROM s ORDER BY value, ts | [[0], [1], [2], [3]]",
        "SELECT ts - 1700000040 FROM s ORDER BY value DESC, ts LIMIT 3 | [[0], [1], [2]]",
        "SELECT round(v, 0), count(*) FROM (VALUES (-0.4), (0.4)) AS t(v) GROUP BY round(v, 0)"
            + " | [[0.0, 2]]",
        "SELECT value FROM s ORDER BY value, ts | [[0.0], [-0.0], [0.0], [-0.0]]",
        "SELECT ts > 0, value FROM s ORDER BY value DESC, ts LIMIT 2 | [[true, 0.0], [true, -0.0]]",
        "SELECT value, rank() OVER (ORDER BY value) FROM s WHERE ts < 1700000042 ORDER BY ts"
            + " | [[0.0, 1], [-0.0, 1]]",
        "SELECT value, count(*) OVER (PARTITION BY value) FROM s WHERE ts < 1700000042 ORDER BY ts"
            + " | [[0.0, 2], [-0.0, 2]]",
        "SELECT a.value, b.value FROM s AS a JOIN s AS b ON a.value = b.value AND a.ts = b.ts + 1"
            + " ORDER BY a.ts | [[-0.0, 0.0], [0.0, -0.0], [-0.0, 0.0]]",
        "SELECT a.value, b.value FROM s AS a LEFT JOIN s AS b ON a.value = b.value + 1"
            + " ORDER BY a.ts | [[0.0, null], [-0.0, null], [0.0, null], [-0.0, null]]",
        "SELECT value FROM s WHERE value IN (SELECT 0.0 * -1) ORDER BY ts"
            + " | [[0.0], [-0.0], [0.0], [-0.0]]",
      })
  void zero_has_no_sign(String sql, String rows) {
    String query = "WITH s AS (SELECT * FROM samples WHERE metric_id = 1) " + sql;
    assertThat(fixture.query(query).rows().toString()).isEqualTo(rows);
    assertThat(fixture.queryUncached(query).rows().toString()).isEqualTo(rows);
    assertThat(fixture.queryUnpushed(query).rows().toString()).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "char_length(tag_value) | 3",
        "character_length(tag_value) | 3",
        "substring(tag_value, 2, 1) | 😀",
        "substring(tag_value FROM 2 FOR 2) | 😀y",
        "substring(tag_value FROM 3) | y",
        "substring(tag_value FROM 0 FOR 2) | x",
        "substring(tag_value FROM -5) | x😀y",
        "substring(tag_value FROM 4) | ''",
        "substring(tag_value FROM 2 FOR 99999999999) | 😀y",
        "position('y' IN tag_value) | 3",
        "position('😀' IN tag_value) | 2",
        "position('z' IN tag_value) | 0",
        "position('' IN tag_value) | 1",
        "left(tag_value, 2) | x😀",
        "left(tag_value, 99) | x😀y",
        "left(tag_value, 0) | ''",
        "left(tag_value, -1) | x😀",
        "right(tag_value, 2) | 😀y",
        "right(tag_value, -1) | 😀y",
        "upper(tag_value) | X😀Y",
        "trim('😀' FROM '😀a😀') | a",
        "tag_value LIKE 'x_y' | true",
        "tag_value LIKE '__' | false",
        "tag_value LIKE '%😀%' | true",
        "tag_value LIKE 'x_!_' ESCAPE '!' | false",
        "'a😀b' LIKE 'a😀😀b' ESCAPE '😀' | true",
        "CAST(tag_value AS VARCHAR(2)) | x😀",
        "CAST(tag_value AS CHAR(2)) | x😀",
        "CAST(tag_value AS CHAR(4)) | 'x😀y '",
        "char_length(CAST(tag_value AS CHAR(5))) | 5",
      })
  void a_character_is_a_code_point(String expression, String expected) {
    Object result = fixture.query("SELECT " + expression + " FROM metric_tags").only();
    assertThat(result.toString()).isEqualTo(expected);
  }

  @Test
  void substrings_agree_with_code_points() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      List<Integer> points =
          random
              .ints(random.nextInt(6), 0, 4)
              .mapToObj(n -> "aé😀𝄞".codePoints().toArray()[n])
              .toList();
      int start = random.nextInt(-2, 9);
      int length = random.nextInt(0, 9);
      String expected = "";
      for (int at = 1; at <= points.size(); at++) {
        expected +=
            at >= start && at < start + length ? Character.toString(points.get(at - 1)) : "";
      }
      String text = points.stream().map(Character::toString).collect(Collectors.joining());
      String call = "substring('%s' FROM %d FOR %d)".formatted(text, start, length);
      assertThat(fixture.query("SELECT " + call + ", char_length('" + text + "')").rows())
          .as("seed %d, %s", seed, call)
          .containsExactly(List.of(expected, points.size()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0.0",
    "1.5, 1.5",
    "-123456.789, -123456.789",
    "1e10, 10000000000.0",
    "123456789012345.0, 123456789012345.0",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "1.25e100, 1.25e+100",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "-1.5e-7, -1.5e-07",
    "5e-324, 4.9e-324",
  })
  void numbers_become_texts_as_people_write_them(String literal, String text) {
    assertThat(fixture.query("SELECT CAST(" + literal + " AS VARCHAR)").only()).isEqualTo(text);
    assertThat(
            fixture
                .query("SELECT v::VARCHAR, 'x' || v FROM (VALUES (" + literal + " * 1.0)) AS t(v)")
                .rows())
        .containsExactly(List.of(text, "x" + text));
    assertThat(fixture.query("SELECT CAST('" + text + "' AS DOUBLE)").only())
        .isEqualTo(Double.parseDouble(literal));
  }
}
