package dev.annulus.promql.eval;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.StringLiteral;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** {@code label_replace} and {@code label_join}: they look at series, not at values. */
final class LabelFunctions {
  private static final int MAX_VALUE = 65_536;

  private final QueryContext context;
  private final Names names;

  LabelFunctions(QueryContext context, Names names) {
    this.context = context;
    this.names = names;
  }

  List<StepSeries> replace(Call call, List<StepSeries> series) {
    String target = string(call, 1);
    Replacement replacement = new Replacement(string(call, 2));
    String source = string(call, 3);
    Pattern pattern = pattern(string(call, 4));
    if (!names.isLabelName(target)) {
      throw PromqlException.execution(
          "invalid destination label name in label_replace(): " + target);
    }
    return relabeled(
        series,
        target,
        labels -> {
          Matcher matcher = pattern.matcher(labels.get(source));
          return matcher.find()
              ? labels.with(target, checked(replacement.expand(matcher)))
              : labels;
        });
  }

  private static Pattern pattern(String regex) {
    try {
      return LabelMatcher.anchored(regex);
    } catch (IllegalArgumentException e) {
      throw PromqlException.execution("invalid regular expression in label_replace(): " + regex);
    }
  }

  List<StepSeries> join(Call call, List<StepSeries> series) {
    String target = string(call, 1);
    String separator = string(call, 2);
    List<String> sources = call.args().stream().skip(3).map(LabelFunctions::string).toList();
    for (String source : sources) {
      if (!names.isLabelName(source)) {
        throw PromqlException.execution("invalid source label name in label_join(): " + source);
      }
    }
    if (!names.isLabelName(target)) {
      throw PromqlException.execution("invalid destination label name in label_join(): " + target);
    }
    return relabeled(
        series,
        target,
        labels ->
            labels.with(
                target,
                checked(sources.stream().map(labels::get).collect(Collectors.joining(separator)))));
  }

  /** Nested calls could double a value each time. */
  private static String checked(String value) {
    if (value.length() > MAX_VALUE) {
      throw PromqlException.tooMuch("label value of more than " + MAX_VALUE + " characters");
    }
    return value;
  }

  private List<StepSeries> relabeled(
      List<StepSeries> series, String target, UnaryOperator<Labels> change) {
    QueryContext.SeriesList result = context.list();
    for (StepSeries one : series) {
      context.work(256);
      Labels changed = change.apply(one.labels);
      // A name that has just been set stays.
      boolean named = target.equals(Labels.METRIC_NAME) && !changed.metricName().isEmpty();
      result.add(one.named(changed, one.dropName && !named));
    }
    return names.merged(result.series());
  }

  private static String string(Call call, int arg) {
    return string(call.args().get(arg));
  }

  private static String string(Expr arg) {
    return ((StringLiteral) arg.unwrapped()).value();
  }
}
