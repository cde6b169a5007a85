package dev.annulus.promql.upstream;

import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A command of a script. */
sealed interface ScriptCommand {

  /** Forgets all series. */
  record Clear() implements ScriptCommand {}

  /**
   * Adds series.
   *
   * @param nativeToo whether classic histograms become native ones as well
   */
  record Load(long stepMillis, boolean nativeToo, List<SeriesLine> series)
      implements ScriptCommand {}

  /** Evaluates and compares. */
  final class Eval implements ScriptCommand {
    final int line;
    final String query;
    final boolean range;
    long start;
    long end;
    long step;
    boolean ordered;
    boolean fail;
    boolean rangeVector;
    boolean anyWarning;
    boolean anyInfo;
    boolean noWarnings;
    boolean noInfos;
    String string;
    Double scalar;
    Predicate<String> failure = message -> true;
    final List<Predicate<String>> warnings = new ArrayList<>();
    final List<Predicate<String>> infos = new ArrayList<>();
    final Map<Labels, SeriesLine> expected = new LinkedHashMap<>();

    Eval(int line, String query, boolean range, long start, long end, long step) {
      this.line = line;
      this.query = query;
      this.range = range;
      this.start = start;
      this.end = end;
      this.step = step;
    }
  }
}
