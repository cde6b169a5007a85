package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTemplateTest {
  private static final Map<String, List<Long>> SELECTED =
      Map.of("one", List.of(7L), "two", List.of(8L, 9L), "a--b", List.of(3L, 4L));

  private static QueryTemplate fill(String sql) {
    return QueryTemplate.fill(sql, SELECTED, Map.of("start_ts", 5L), 1_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "metric_id = {{one}} AND ts > {{ start_ts }} | metric_id = 7 AND ts > 5",
        "IN ({{one}}) | IN (7)",
        "IN ({{two}}) | IN ({{0}})",
        "in( {{two}} ) | in( {{0}} )",
        "NOT IN ({{two}}, 5, {{a--b}}, {{one}}, {{two}}) | NOT IN ({{0}}, 5, {{1}}, 7, {{0}})",
        "IN (/* hosts */ {{two}} -- all | IN (/* hosts */ {{0}} -- all",
        "-- {{two}} | -- ",
        "/* IN ({{two}}) ' */ IN ({{two}}) | /* IN () ' */ IN ({{0}})",
        "'{{one}}' , \"{{one}}\" | '7' , \"7\"",
        "'it''s IN ({{two}})' | 'it''s IN (8, 9)'",
        "x IN (1) OR (y, {{one}}) | x IN (1) OR (y, 7)",
      })
  void placeholdersAreFilledWhereTheyStand(String sql, String filled) {
    assertThat(fill(sql).sql().strip()).isEqualTo(filled);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "= {{two}}",
        "({{two}})",
        "IN (f({{two}}))",
        "IN (1 + {{two}})",
        "IN ({{two}} + 1)",
        "'{{two}}'",
        "x IN (1), {{two}}",
        "JOIN_IN ({{two}})",
        "\"IN\" ({{two}})",
      })
  void severalIdsWhereOneIsNeededAreRefused(String sql) {
    assertThatThrownBy(() -> fill(sql)).hasMessageContaining("matches 2 metrics");
  }

  @Test
  void whatWasFilledInIsFoundAgain() {
    QueryTemplate template = fill("IN ({{two}}), {{one}}, x");
    assertThat(template.sql()).isEqualTo("IN ({{0}}), 7, x");
    assertThat(template.originalOffset(template.sql().indexOf('x'))).isEqualTo(23);
    assertThat(template.sets()).hasSize(1);
    assertThat(template.sets().get(0)).containsExactly(8, 9);
  }

  @Test
  void manyPlaceholdersOfManyIdsTakeNoTime() {
    List<Long> ids = LongStream.range(0, 10_000).boxed().toList();
    String sql = "SELECT /* " + "{{A}} ".repeat(20_000) + "*/ 1" + " IN ({{A}}) ".repeat(20_000);
    long start = System.nanoTime();
    QueryTemplate template = QueryTemplate.fill(sql, Map.of("A", ids), Map.of(), 1_000_000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThat(template.sql().length()).isLessThan(sql.length());
  }
}
