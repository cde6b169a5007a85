package dev.annulus.query.http.prometheus;

import dev.annulus.promql.parser.AtModifier;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.NumberLiteral;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.StringLiteral;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.parser.Floats;
import dev.annulus.promql.parser.ValueType;
import dev.annulus.promql.parser.VectorMatching;
import dev.annulus.promql.series.LabelMatcher;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A parsed query as {@code parse_query} answers it. */
final class TreeJson {
  private final JsonAnswer json;

  TreeJson(JsonAnswer json) {
    this.json = json;
  }

  void write(Expr expr) throws IOException {
    json.raw("{\"type\":\"").raw(type(expr)).raw("\"");
    if (expr instanceof NumberLiteral number) {
      text("val", Floats.format(number.value()));
    } else if (expr instanceof StringLiteral string) {
      text("val", string.value());
    } else if (expr instanceof ParenExpr paren) {
      child("expr", paren.expr());
    } else if (expr instanceof UnaryExpr unary) {
      text("op", unary.negative() ? "-" : "+");
      child("expr", unary.expr());
    } else if (expr instanceof BinaryExpr binary) {
      binary(binary);
    } else if (expr instanceof AggregateExpr aggregate) {
      text("op", aggregate.operator().symbol());
      child("expr", aggregate.expr());
      child("param", aggregate.param());
      texts("grouping", aggregate.grouping());
      bool("without", aggregate.without());
    } else if (expr instanceof Call call) {
      call(call);
    } else if (expr instanceof VectorSelector selector) {
      selector(selector);
    } else if (expr instanceof MatrixSelector matrix) {
      number("range", matrix.rangeMillis());
      selector(matrix.selector());
    } else if (expr instanceof SubqueryExpr subquery) {
      child("expr", subquery.expr());
      number("range", subquery.rangeMillis());
      number("step", subquery.stepMillis());
      modifiers(subquery.offsetMillis(), subquery.at());
    }
    json.raw("}");
  }

  private static String type(Expr expr) {
    if (expr instanceof NumberLiteral) {
      return "numberLiteral";
    } else if (expr instanceof StringLiteral) {
      return "stringLiteral";
    } else if (expr instanceof AggregateExpr) {
      return "aggregation";
    } else if (expr instanceof SubqueryExpr) {
      return "subquery";
    }
    String name = expr.getClass().getSimpleName();
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private void binary(BinaryExpr binary) throws IOException {
    text("op", binary.operator().symbol());
    child("lhs", binary.left());
    child("rhs", binary.right());
    VectorMatching matching = binary.matching();
    name("matching");
    if (matching == null) {
      json.raw("null");
    } else {
      json.raw("{\"card\":\"")
          .raw(matching.cardinality().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .raw("\"");
      texts("labels", matching.labels());
      bool("on", matching.on());
      texts("include", matching.include());
      json.raw("}");
    }
    bool("bool", binary.returnBool());
  }

  private void call(Call call) throws IOException {
    json.raw(",\"func\":{\"name\":").text(call.function().functionName());
    texts("argTypes", call.function().argTypes().stream().map(ValueType::resultType).toList());
    number("variadic", call.function().variadic());
    text("returnType", call.function().returnType().resultType());
    json.raw("},\"args\":[");
    for (int i = 0; i < call.args().size(); i++) {
      json.comma(i == 0);
      write(call.args().get(i));
    }
    json.raw("]");
  }

  private void selector(VectorSelector selector) throws IOException {
    text("name", selector.name());
    modifiers(selector.offsetMillis(), selector.at());
    name("matchers");
    json.raw("[");
    for (int i = 0; i < selector.matchers().size(); i++) {
      LabelMatcher matcher = selector.matchers().get(i);
      json.comma(i == 0).raw("{\"name\":").text(matcher.name());
      text("value", matcher.value());
      text("type", matcher.type().symbol());
      json.raw("}");
    }
    json.raw("]");
  }

  private void modifiers(long offsetMillis, @Nullable AtModifier at) throws IOException {
    number("offset", offsetMillis);
    name("timestamp");
    if (at instanceof AtModifier.Timestamp timestamp) {
      json.integer(timestamp.millis());
    } else {
      json.raw("null");
    }
    name("startOrEnd");
    if (at instanceof AtModifier.Bound bound) {
      json.text(bound.name().toLowerCase(Locale.ROOT));
    } else {
      json.raw("null");
    }
  }

  private void name(String name) throws IOException {
    json.raw(",\"").raw(name).raw("\":");
  }

  private void text(String name, String value) throws IOException {
    name(name);
    json.text(value);
  }

  private void number(String name, long value) throws IOException {
    name(name);
    json.integer(value);
  }

  private void bool(String name, boolean value) throws IOException {
    name(name);
    json.raw(Boolean.toString(value));
  }

  private void child(String name, @Nullable Expr expr) throws IOException {
    name(name);
    if (expr == null) {
      json.raw("null");
    } else {
      write(expr);
    }
  }

  private void texts(String name, List<String> texts) throws IOException {
    name(name);
    json.raw("[");
    for (int i = 0; i < texts.size(); i++) {
      json.comma(i == 0).text(texts.get(i));
    }
    json.raw("]");
  }
}
