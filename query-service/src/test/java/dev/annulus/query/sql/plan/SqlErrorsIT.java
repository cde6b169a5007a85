package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlErrorsIT {
  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new SqlFixture(directory);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void a_mistyped_column_has_a_place_and_a_hint() {
    SqlException failure = fixture.failure("SELECT ts,\n  valeu FROM samples WHERE metric_id = 1");

    assertThat(failure.code()).isEqualTo(SqlErrorCode.UNKNOWN_COLUMN);
    assertThat(failure).hasMessage("there is no column valeu");
    assertThat(failure.position()).isEqualTo(new Position(2, 3, 2, 7));
    assertThat(failure.hint()).isEqualTo("Did you mean value?");
  }

  @Test
  void mistyped_tables_and_functions_have_a_hint() {
    SqlException table = fixture.failure("SELECT * FROM sample");
    SqlException function = fixture.failure("SELECT ts_buckt(1, 60)");

    assertThat(table.code()).isEqualTo(SqlErrorCode.UNKNOWN_TABLE);
    assertThat(table.hint()).isEqualTo("Did you mean samples?");
    assertThat(function.code()).isEqualTo(SqlErrorCode.UNKNOWN_FUNCTION);
    assertThat(function.hint()).isEqualTo("Did you mean ts_bucket?");
  }

  @Test
  void a_syntax_error_has_a_place() {
    SqlException failure = fixture.failure("SELECT 1 FROM WHERE");

    assertThat(failure.code()).isEqualTo(SqlErrorCode.SYNTAX_ERROR);
    assertThat(failure.position()).isNotNull();
    assertThat(failure.getMessage()).contains("FROM").doesNotContain("line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE samples",
        "INSERT INTO samples VALUES (1, 2, 3, 4)",
        "DELETE FROM samples",
        "UPDATE samples SET value = 1",
        "CREATE TABLE t (a INT)",
        "SET x = 1",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE samples",
        "EXPLAIN DROP TABLE samples"
      })
  void statements_that_do_not_read_are_refused(String sql) {
    assertThat(fixture.failure(sql).code()).isEqualTo(SqlErrorCode.NOT_A_QUERY);
  }

  @Test
  void comments_and_a_trailing_semicolon_are_fine() {
    assertThat(
            fixture
                .query("-- first; comment\nSELECT /* inner; */ 1 AS one // last\n; ; -- the end")
                .rows())
        .hasSize(1);
  }

  @Test
  void a_division_of_whole_numbers_by_zero_is_a_fault_of_the_query() {
    assertThat(fixture.failure("SELECT 1 / 0").code()).isEqualTo(SqlErrorCode.INVALID_VALUE);
    assertThat(fixture.failure("SELECT 1 / n FROM (VALUES (1), (0)) AS t(n)").code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
  }

  @Test
  void whatSqlHasBeyondThisIsNamed() {
    for (String sql :
        List.of(
            "SELECT ARRAY[1, 2]",
            "SELECT 'abc' SIMILAR TO '%b%'",
            "SELECT (TIMESTAMP '2024-01-02' - TIMESTAMP '2024-01-01') DAY")) {
      SqlException failure = fixture.failure(sql);
      assertThat(failure.code()).as(sql).isEqualTo(SqlErrorCode.UNSUPPORTED);
      assertThat(failure).hasMessageEndingWith(" is not supported here");
    }
  }

  @Test
  void unknownIsTheNullOfTruthValues() {
    assertThat(
            fixture
                .query(
                    "SELECT TRUE IS UNKNOWN, CAST(NULL AS BOOLEAN) IS UNKNOWN,"
                        + " (NULL > 1) IS NOT UNKNOWN")
                .rows())
        .containsExactly(List.of(false, true, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "SUBSTRING('abc', 1, -1) | the length of substring must not be negative, got -1",
        "TO_TIMESTAMP(1e18) | 1e+18 seconds are out of the range of timestamps",
        "TO_TIMESTAMP(9223372036854775807)"
            + " | 9223372036854775807 seconds are out of the range of timestamps",
        "TO_TIMESTAMP(-9223372036854775807 - 1)"
            + " | -9223372036854775808 seconds are out of the range of timestamps",
        "CAST('10000-01-01' AS TIMESTAMP) | '10000-01-01' is not a timestamp",
        "TIMESTAMP '10000-01-01 00:00:00' | a time literal must lie in the years 1 to 9999",
        "TIMESTAMP '2024-01-31 25:00:00' | '2024-01-31 25:00:00' is not a timestamp",
        "TIME 'noon' | 'noon' is not a time",
        "DATE '2024-02-30' | '2024-02-30' is not a date",
      })
  void argumentsOutOfRangeAreNamed(String expression, String message) {
    SqlException failure = fixture.failure("SELECT " + expression);
    assertThat(failure).hasMessage(message);
    assertThat(failure.code()).isEqualTo(SqlErrorCode.INVALID_VALUE);
  }
}
