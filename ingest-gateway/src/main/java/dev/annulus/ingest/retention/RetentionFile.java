package dev.annulus.ingest.retention;

import dev.annulus.ingest.Source;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Times;
import dev.annulus.service.config.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Parses sections such as
 *
 * <pre>
 * [cpu]
 * source = influx
 * pattern = ^cpu_
 * retention = 10s:1d
 * </pre>
 */
final class RetentionFile {
  private static final Pattern RETENTION =
      Pattern.compile("(\\d{1,9})(ms|[smhdwy]?):(\\d{1,9})([smhdwy]?)");
  private static final Map<String, Long> SECONDS =
      Map.of("", 1L, "s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L, "w", 604_800L, "y", 31_536_000L);
  private static final String MILLISECONDS = "ms";

  private final String file;
  private final SampleRules limits;
  private int line;

  RetentionFile(String file, SampleRules limits) {
    this.file = file;
    this.limits = limits;
  }

  List<RetentionRule> parse(List<String> lines) {
    Map<String, RetentionRule> rules = new LinkedHashMap<>();
    List<String[]> open = new ArrayList<>();
    @Nullable String section = null;
    for (line = 1; line <= lines.size(); line++) {
      String text = lines.get(line - 1).trim();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (text.startsWith("[")) {
        finish(section, open, rules);
        section = sectionName(text);
        open.clear();
      } else if (section == null) {
        throw fault("a rule starts with its name in brackets, such as [cpu]");
      } else {
        open.add(keyAndValue(text));
      }
    }
    finish(section, open, rules);
    return List.copyOf(rules.values());
  }

  private String sectionName(String text) {
    if (!text.endsWith("]") || text.length() < 3) {
      throw fault("expected [NAME]");
    }
    return text.substring(1, text.length() - 1).trim();
  }

  private String[] keyAndValue(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw fault("expected KEY = VALUE");
    }
    return new String[] {
      text.substring(0, equals).trim(), text.substring(equals + 1).trim(), Integer.toString(line)
    };
  }

  private void finish(
      @Nullable String name, List<String[]> fields, Map<String, RetentionRule> rules) {
    if (name == null) {
      return;
    }
    int end = line;
    RetentionRule rule = new RetentionRule(name, null, null, null, null, null);
    List<String> seen = new ArrayList<>();
    for (String[] field : fields) {
      line = Integer.parseInt(field[2]);
      if (seen.contains(field[0])) {
        throw fault(field[0] + " is given twice in [" + name + "]");
      }
      seen.add(field[0]);
      rule = with(rule, field[0], field[1]);
    }
    line = end;
    if (rule.stepMillis() == null && rule.type() == null) {
      throw fault("the rule [" + name + "] before this line has neither retention nor type");
    }
    if (rules.putIfAbsent(name, rule) != null) {
      throw fault("there are two rules [" + name + "]");
    }
  }

  private RetentionRule with(RetentionRule rule, String key, String value) {
    return switch (key) {
      case "source" ->
          new RetentionRule(
              rule.name(),
              source(value),
              rule.pattern(),
              rule.stepMillis(),
              rule.slots(),
              rule.type());
      case "pattern" ->
          new RetentionRule(
              rule.name(),
              rule.source(),
              pattern(value),
              rule.stepMillis(),
              rule.slots(),
              rule.type());
      case "type" ->
          new RetentionRule(
              rule.name(),
              rule.source(),
              rule.pattern(),
              rule.stepMillis(),
              rule.slots(),
              type(value));
      case "retention" -> withRetention(rule, value);
      default -> throw fault(key + " is unknown; a rule has source, pattern, retention and type");
    };
  }

  private RetentionRule withRetention(RetentionRule rule, String value) {
    try {
      RingGeometry ring = ring("retention", value, limits);
      return new RetentionRule(
          rule.name(), rule.source(), rule.pattern(), ring.stepMillis(), ring.slots(), rule.type());
    } catch (ConfigException e) {
      throw fault(String.valueOf(e.getMessage()));
    }
  }

  /**
   * A ring as {@code STEP:LENGTH} or {@code STEP:SLOTS}.
   *
   * @param key of the setting, for messages
   * @throws ConfigException naming key, value and rule
   */
  static RingGeometry ring(String key, String value, SampleRules limits) {
    Matcher matcher = RETENTION.matcher(value);
    if (!matcher.matches()) {
      throw new ConfigException(
          key + " must be STEP:LENGTH such as 10s:1d, or STEP:SLOTS, got " + value);
    }
    long step = millis(matcher.group(1), matcher.group(2));
    boolean points = matcher.group(4).isEmpty();
    long length =
        points ? Long.parseLong(matcher.group(3)) : millis(matcher.group(3), matcher.group(4));
    long slots = points ? length : step == 0 ? 0 : length / step;
    try {
      limits.checkGeometry(step, slots);
    } catch (InvalidSampleException e) {
      throw new ConfigException(key + " " + value + ": " + e.describe());
    }
    return new RingGeometry(step, (int) slots);
  }

  private static long millis(String number, String unit) {
    long count = Long.parseLong(number);
    return unit.equals(MILLISECONDS) ? count : Times.millis(count * SECONDS.getOrDefault(unit, 1L));
  }

  private Source source(String value) {
    for (Source source : Source.values()) {
      if (source.label().equals(value.toLowerCase(Locale.ROOT))) {
        return source;
      }
    }
    throw fault("source must be json, influx, prometheus, otlp or graphite, got " + value);
  }

  private MetricType type(String value) {
    for (MetricType type : MetricType.values()) {
      if (type.label().equals(value)) {
        return type;
      }
    }
    throw fault("type must be gauge or counter, got " + value);
  }

  private Pattern pattern(String value) {
    try {
      return Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      throw fault("pattern is not a regular expression: " + e.getDescription());
    }
  }

  private ConfigException fault(String problem) {
    return new ConfigException(file + ", line " + Math.max(1, line) + ": " + problem);
  }
}
