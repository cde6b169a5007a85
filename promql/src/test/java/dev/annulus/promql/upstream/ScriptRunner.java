package dev.annulus.promql.upstream;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.eval.EvaluationOptions;
import dev.annulus.promql.eval.PrometheusVersion;
import dev.annulus.promql.eval.PromqlEngine;
import dev.annulus.promql.eval.QueryEnvironment;
import dev.annulus.promql.eval.QueryLimits;
import dev.annulus.promql.eval.QueryResult;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.MemorySource;
import dev.annulus.promql.upstream.ScriptCommand.Eval;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Runs a script, and says which of its evaluations are out of scope and why. */
final class ScriptRunner {
  private static final long MINUTE = 60_000;

  private final PromqlEngine engine =
      new PromqlEngine(
          new EvaluationOptions(300_000, range -> MINUTE, true, PrometheusVersion.V3),
          QueryLimits.DEFAULT);
  private final MemorySource source = new MemorySource();
  private final Set<Labels> withHistograms = new HashSet<>();
  private final Set<Labels> withStartTimes = new HashSet<>();
  private final Map<Integer, String> outOfScope = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int passed;
  private String unsupportedData = "";

  ScriptRunner() {
    source.onRead(
        labels -> {
          if (withHistograms.contains(labels)) {
            unsupportedData = "reads native histograms";
          } else if (withStartTimes.contains(labels)) {
            unsupportedData = "reads start timestamps (experimental)";
          }
        });
  }

  void run(List<ScriptCommand> commands) {
    for (ScriptCommand command : commands) {
      if (command instanceof ScriptCommand.Clear) {
        source.clear();
        withHistograms.clear();
        withStartTimes.clear();
      } else if (command instanceof ScriptCommand.Load load) {
        load(load);
      } else if (command instanceof Eval eval) {
        eval(eval);
      }
    }
  }

  Map<Integer, String> outOfScope() {
    return outOfScope;
  }

  List<String> failures() {
    return failures;
  }

  int passed() {
    return passed;
  }

  private void load(ScriptCommand.Load load) {
    for (SeriesLine line : load.series()) {
      if (line.startTimes()) {
        withStartTimes.add(line.labels());
        continue;
      }
      if (line.histograms()) {
        markHistogram(line.labels(), 4000 * load.stepMillis());
        continue;
      }
      for (int i = 0; i < line.values().size(); i++) {
        Double value = line.values().get(i);
        if (value != null) {
          source.add(line.labels(), i * load.stepMillis(), value);
        }
      }
      if (load.nativeToo()) {
        String base = line.labels().metricName().replaceAll("_(bucket|sum|count)$", "");
        Labels labels = line.labels().with(Labels.METRIC_NAME, base).with("le", "");
        markHistogram(labels, line.values().size() * load.stepMillis());
      }
    }
  }

  private void markHistogram(Labels labels, long until) {
    withHistograms.add(labels);
    for (long time = -MINUTE; time <= until + MINUTE; time += MINUTE) {
      source.add(labels, time, Double.NaN);
    }
  }

  private void eval(Eval eval) {
    unsupportedData = "";
    String problem = null;
    if (eval.expected.values().stream().anyMatch(SeriesLine::histograms)) {
      outOfScope.put(eval.line, "expects native histograms");
      return;
    }
    try {
      problem = eval.range ? range(eval) : instant(eval);
    } catch (PromqlException e) {
      problem = "refused: " + e.getMessage();
      if (String.valueOf(e.getMessage()).contains("not supported")) {
        outOfScope.put(eval.line, e.getMessage().replaceFirst("^[0-9:]+ parse error: ", ""));
        return;
      }
    }
    if (!unsupportedData.isEmpty()) {
      outOfScope.put(eval.line, unsupportedData);
    } else if (problem != null) {
      failures.add("line " + eval.line + ": " + eval.query + "\n    " + problem);
    } else {
      passed++;
    }
  }

  private String range(Eval eval) {
    try (QueryResult result =
        engine.range(eval.query, eval.start, eval.end, eval.step, QueryEnvironment.of(source))) {
      return eval.fail ? "has not failed" : ResultComparison.compare(eval, result);
    } catch (PromqlException e) {
      return failure(eval, e);
    }
  }

  private static String failure(Eval eval, PromqlException e) {
    boolean unsupported = String.valueOf(e.getMessage()).contains("not supported");
    if (!eval.fail || unsupported) {
      throw e;
    }
    return eval.failure.test(e.getMessage()) ? null : "fails with: " + e.getMessage();
  }

  private String instant(Eval eval) {
    String problem = instant(eval, eval.query, eval.rangeVector ? evalTime(eval) : eval.end);
    if (problem != null) {
      return problem;
    }
    for (AtVariants.Variant variant : AtVariants.of(eval.query, evalTime(eval))) {
      problem = instant(eval, variant.query(), variant.time());
      if (problem != null) {
        return "as " + variant.query() + " at " + variant.time() + ": " + problem;
      }
    }
    if (eval.fail || eval.ordered || eval.rangeVector || eval.string != null) {
      return null;
    }
    return asRange(eval);
  }

  private static long evalTime(Eval eval) {
    return eval.end;
  }

  private String instant(Eval eval, String query, long time) {
    try (QueryResult result = engine.instant(query, time, QueryEnvironment.of(source))) {
      return eval.fail ? "has not failed" : ResultComparison.compare(eval, result);
    } catch (PromqlException e) {
      return failure(eval, e);
    }
  }

  /** The same in a range query of three steps, of which the middle one is compared. */
  private String asRange(Eval eval) {
    if (eval.query.matches("(?s).*\\b(start|end|sort|sort_desc)\\(.*")) {
      return null;
    }
    try (QueryResult result =
        engine.range(
            eval.query,
            eval.end - MINUTE,
            eval.end + MINUTE,
            MINUTE,
            QueryEnvironment.of(source))) {
      String problem = ResultComparison.compareAt(eval, result, eval.end);
      return problem == null ? null : "as range query: " + problem;
    } catch (PromqlException e) {
      // The minutes around may have what the evaluation itself has not.
      return "as range query: " + e.getMessage();
    }
  }
}
