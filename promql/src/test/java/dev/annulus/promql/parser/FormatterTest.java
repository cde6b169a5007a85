package dev.annulus.promql.parser;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FormatterTest {

  @Property
  void whatIsWrittenReadsTheSame(@ForAll long seed) {
    Expr expr = Parser.parse(new RandomQuery(seed).vector(5));

    String once = Formatter.format(expr);
    String pretty = PrettyPrinter.format(expr);

    assertThat(Formatter.format(Parser.parse(once))).isEqualTo(once);
    assertThat(Formatter.format(Parser.parse(pretty))).isEqualTo(once);
  }
}
