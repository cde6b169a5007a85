package dev.annulus.query.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SkeletonTest {
  private static Skeleton of(String sql) {
    return Skeleton.of(sql, SqlLexer.tokens(sql), true);
  }

  private static List<Object> values(String sql) {
    return of(sql).literals().stream().map(Literal::value).toList();
  }

  @Test
  void the_key_leaves_values_out_but_not_their_types() {
    assertThat(of("a = 1").key()).isEqualTo(of("a = 2").key());
    assertThat(of("a = 1").key()).isNotEqualTo(of("a = 1.5").key());
    assertThat(of("a = 1").key()).isNotEqualTo(of("a = '1'").key());
    assertThat(of("a = 1").key()).isNotEqualTo(of("a = 99999999999999999999").key());
  }

  @Test
  void the_key_tells_which_literals_are_equal() {
    assertThat(of("1 + 1").key()).isEqualTo(of("2 + 2").key());
    assertThat(of("1 + 1").key()).isNotEqualTo(of("1 + 2").key());
    assertThat(of("1 + 1").literals()).hasSize(1);
    assertThat(of("1.0 + 1.00").literals()).hasSize(2);
  }

  @Test
  void the_key_keeps_names_and_whether_tokens_touch() {
    assertThat(of("a").key()).isNotEqualTo(of("A").key());
    assertThat(of("a <= b").key()).isNotEqualTo(of("a < = b").key());
    assertThat(of("a  /* x */ + b -- y").key()).isEqualTo(of("a\n+ b").key());
  }

  @Test
  void lists_of_literals_are_one_value() {
    assertThat(of("x IN (1, 2, 3)").key()).isEqualTo(of("x in(-7)").key().replace("in(", "IN ("));
    assertThat(of("x IN (1, 2.5)").literals()).hasSize(1);
    assertThat(of("x IN ('a', 'b')").literals()).hasSize(1);
    assertThat(of("x IN (1, 'b')").literals()).hasSize(2);
    assertThat(of("x IN (1, NULL)").literals()).hasSize(1);
    assertThat(of("x IN (1, y)").literals().get(0).type().isList()).isFalse();
    assertThat(of("x IN (1").literals().get(0).type().isList()).isFalse();
  }

  @Test
  void values_are_read() {
    assertThat(values("12 1.5 .5 2e3 'it''s' 9223372036854775807 9223372036854775808"))
        .containsExactly(12L, 1.5, 0.5, 2000.0, "it's", Long.MAX_VALUE, 0x1p63);
    assertThat(values("1e999")).isEmpty();
  }

  @Test
  void the_text_for_the_parser_keeps_every_place() {
    assertThat(of("a IN (10, 20) -- c\n  b").query()).isEqualTo("a IN (0     )     \n  b");
    assertThat(of("a IN ('x', 'y')").query()).isEqualTo("a IN (''      )");
  }

  @Test
  void parts_are_found_by_their_place() {
    Skeleton skeleton = of("a IN (1, 2)\n  + 7");

    assertThat(skeleton.partAt(1, 1)).isZero();
    assertThat(skeleton.partAt(1, 7)).isEqualTo(3);
    assertThat(skeleton.partAt(1, 10)).isEqualTo(-1);
    assertThat(skeleton.literalOf(skeleton.partAt(2, 5))).isEqualTo(1);
    assertThat(skeleton.text(0, 7)).isEqualTo("a IN (1, 2) + 7");
  }
}
