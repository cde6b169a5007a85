package dev.annulus.query.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LexerTest {
  private static String tokens(String sql) {
    return String.join("|", SqlLexer.tokens(sql).stream().map(SqlToken::text).toList());
  }

  @Test
  void splits_words_numbers_texts_and_symbols() {
    assertThat(tokens("SELECT a.b, 'it''s', \"x\"\"y\", 1.5e-3 >= .5<>2"))
        .isEqualTo("SELECT|a|.|b|,|'it''s'|,|\"x\"\"y\"|,|1.5e-3|>=|.5|<>|2");
  }

  @Test
  void drops_comments() {
    assertThat(tokens("a -- b\n/* c ' */ d // e")).isEqualTo("a|d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a", "\"a", "/* a", "'a''"})
  void refuses_what_is_not_closed(String sql) {
    assertThatThrownBy(() -> SqlLexer.tokens(sql))
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("not closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"E'a'", "u&'a'", "X'00'", "n'a'", "_utf8'a'"})
  void refuses_literals_with_a_prefix(String sql) {
    assertThatThrownBy(() -> SqlLexer.tokens(sql))
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("prefix");
  }

  @Test
  void knows_lines_and_columns() {
    assertThat(SqlLexer.position("ab\ncde", 4, 6)).isEqualTo(new Position(2, 2, 2, 3));
    assertThat(SqlLexer.position("ab\ncde", 0, 1)).isEqualTo(new Position(1, 1, 1, 1));
  }
}
