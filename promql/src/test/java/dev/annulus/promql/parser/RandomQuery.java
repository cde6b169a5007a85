package dev.annulus.promql.parser;

import java.util.List;
import java.util.Random;

/** Makes valid queries of all kinds of parts. */
public final class RandomQuery {
  private static final List<String> METRICS = List.of("a", "b:c", "sum", "offset", "start");
  private static final List<String> OPERATORS =
      List.of("+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<=");

  private final Random random;

  public RandomQuery(long seed) {
    this.random = new Random(seed);
  }

  public String vector(int depth) {
    if (depth <= 0) {
      return selector() + modifiers();
    }
    return switch (random.nextInt(9)) {
      case 0 -> selector() + modifiers();
      case 1 -> "(" + vector(depth - 1) + ")";
      case 2 -> "-" + vector(depth - 1);
      case 3 -> vector(depth - 1) + binary() + vector(depth - 1);
      case 4 -> "(" + scalar(depth - 1) + " * " + vector(depth - 1) + ")";
      case 5 -> pick(List.of("sum", "avg", "count")) + grouping() + "(" + vector(depth - 1) + ")";
      case 6 -> "topk" + grouping() + "(" + scalar(depth - 1) + ", " + vector(depth - 1) + ")";
      case 7 -> pick(List.of("abs", "ceil", "absent", "timestamp")) + "(" + vector(depth - 1) + ")";
      default -> range(depth);
    };
  }

  private String range(int depth) {
    String function = pick(List.of("rate", "max_over_time", "changes", "stddev_over_time"));
    String range =
        random.nextBoolean()
            ? selector() + "[" + duration() + "]"
            : "(" + vector(depth - 1) + ")[" + duration() + ":" + step() + "]";
    return function + "(" + range + modifiers() + ")";
  }

  private String step() {
    return random.nextBoolean() ? "" : duration();
  }

  private String scalar(int depth) {
    return switch (depth <= 0 ? random.nextInt(3) : random.nextInt(5)) {
      case 0 -> String.valueOf(random.nextInt(100));
      case 1 -> String.valueOf(random.nextDouble());
      case 2 -> duration();
      case 3 -> "(" + scalar(depth - 1) + " - " + scalar(depth - 1) + ")";
      default -> "scalar(" + vector(depth - 1) + ")";
    };
  }

  private String binary() {
    return switch (random.nextInt(4)) {
      case 0 -> " " + pick(List.of("and", "or", "unless")) + " ";
      case 1 -> " " + pick(OPERATORS) + " on (x, \"y.z\") group_left (v) ";
      case 2 -> " " + pick(OPERATORS) + " ignoring (x) ";
      default -> " " + pick(OPERATORS) + " ";
    };
  }

  private String grouping() {
    return switch (random.nextInt(3)) {
      case 0 -> " by (x, by) ";
      case 1 -> " without (\"y.z\") ";
      default -> "";
    };
  }

  private String selector() {
    return pick(METRICS)
        + pick(
            List.of(
                "", "{}", "{x=\"1\"}", "{x!~\"a|b\",y=\"\u00e4\\\"\\n\"}", "{\"y.z\"=~\".+\"}"));
  }

  private String modifiers() {
    return pick(List.of("", "", " offset " + duration(), " offset -3m", " @ 12.5"))
        + pick(List.of("", "", " @ end()").subList(0, 2));
  }

  private String duration() {
    return pick(List.of("5m", "1h30m", "90s", "2w", "15ms", "1d", "300"));
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
