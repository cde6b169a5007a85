package dev.annulus.promql.upstream;

import dev.annulus.promql.parser.Durations;
import dev.annulus.promql.upstream.ScriptCommand.Eval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the format of Prometheus' own PromQL tests. */
final class ScriptReader {
  private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(.+)");
  private static final Pattern INSTANT =
      Pattern.compile("eval(?:_(fail|warn|ordered|info))?\\s+instant\\s+(?:at\\s+(\\S+))?\\s+(.+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.+)");
  private static final Pattern RANGE_VECTOR =
      Pattern.compile("expect range vector\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)");
  private static final Pattern EXPECT =
      Pattern.compile(
          "expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?");

  private final List<String> lines;
  private final List<ScriptCommand> commands = new ArrayList<>();
  private int at;

  private ScriptReader(String script) {
    this.lines =
        script.lines().map(String::strip).map(line -> line.startsWith("#") ? "" : line).toList();
  }

  static List<ScriptCommand> read(String script) {
    ScriptReader reader = new ScriptReader(script);
    while (reader.at < reader.lines.size()) {
      reader.command();
    }
    return reader.commands;
  }

  private void command() {
    String line = lines.get(at++);
    if (line.isEmpty()) {
      return;
    }
    Matcher load = LOAD.matcher(line);
    Matcher instant = INSTANT.matcher(line);
    Matcher range = RANGE.matcher(line);
    if (line.equals("clear")) {
      commands.add(new ScriptCommand.Clear());
    } else if (load.matches()) {
      List<SeriesLine> series = new ArrayList<>();
      for (String one : block()) {
        series.add(SeriesLine.parse(one));
      }
      long step = Durations.parseMillis(load.group(2));
      commands.add(new ScriptCommand.Load(step, load.group(1) != null, series));
    } else if (range.matches()) {
      Eval eval =
          new Eval(
              at,
              range.group(5),
              true,
              Durations.parseMillis(range.group(2)),
              Durations.parseMillis(range.group(3)),
              Durations.parseMillis(range.group(4)));
      expectations(eval, range.group(1));
    } else if (instant.matches()) {
      long time = instant.group(2) == null ? 0 : Durations.parseMillis(instant.group(2));
      expectations(new Eval(at, instant.group(3), false, time, time, 1), instant.group(1));
    } else {
      throw new IllegalArgumentException("line " + at + " is no command: " + line);
    }
  }

  private List<String> block() {
    List<String> block = new ArrayList<>();
    while (at < lines.size() && !lines.get(at).isEmpty()) {
      block.add(lines.get(at++));
    }
    return block;
  }

  private void expectations(Eval eval, String mode) {
    eval.ordered = "ordered".equals(mode);
    eval.fail = "fail".equals(mode);
    eval.anyWarning = "warn".equals(mode);
    eval.anyInfo = "info".equals(mode);
    for (String line : block()) {
      expectation(eval, line);
    }
    commands.add(eval);
  }

  private static void expectation(Eval eval, String line) {
    Matcher rangeVector = RANGE_VECTOR.matcher(line);
    Matcher expect = EXPECT.matcher(line);
    if (line.startsWith("expected_fail_message")) {
      String message = line.substring("expected_fail_message".length()).strip();
      eval.failure = message::equals;
    } else if (line.startsWith("expected_fail_regexp")) {
      eval.failure =
          Pattern.compile(line.substring("expected_fail_regexp".length()).strip()).asPredicate();
    } else if (rangeVector.matches()) {
      eval.rangeVector = true;
      eval.start = Durations.parseMillis(rangeVector.group(1));
      eval.end = Durations.parseMillis(rangeVector.group(2));
      eval.step = Durations.parseMillis(rangeVector.group(3));
    } else if (line.startsWith("expect string")) {
      String quoted = line.substring("expect string".length()).strip();
      eval.string =
          ((dev.annulus.promql.parser.Expr.StringLiteral)
                  dev.annulus.promql.parser.Parser.parse(quoted))
              .value();
    } else if (line.startsWith("expect ")) {
      if (!expect.matches()) {
        throw new IllegalArgumentException("no expectation: " + line);
      }
      expectation(eval, expect.group(1), predicate(expect.group(2), expect.group(3)));
    } else if (line.matches("[+-]?(Inf|NaN|[0-9.]+(e[+-]?[0-9]+)?)")) {
      eval.scalar = SeriesLine.number(line);
    } else {
      SeriesLine series = SeriesLine.parse(line);
      eval.expected.put(series.labels(), series);
    }
  }

  private static Predicate<String> predicate(String kind, String text) {
    if (kind == null) {
      return message -> true;
    }
    return kind.equals("msg") ? text.strip()::equals : Pattern.compile(text.strip()).asPredicate();
  }

  private static void expectation(Eval eval, String type, Predicate<String> message) {
    switch (type) {
      case "ordered" -> eval.ordered = true;
      case "fail" -> {
        eval.fail = true;
        eval.failure = message;
      }
      case "warn" -> eval.warnings.add(message);
      case "info" -> eval.infos.add(message);
      case "no_warn" -> eval.noWarnings = true;
      default -> eval.noInfos = true;
    }
  }
}
