package dev.annulus.promql.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Series in a map. */
public final class MemorySource implements SeriesSource {
  private final Map<Labels, TreeMap<Long, Double>> series = new LinkedHashMap<>();
  private final List<Selection> selections = new ArrayList<>();
  private Consumer<Labels> onRead = labels -> {};

  public MemorySource add(Labels labels, long time, double value) {
    series.computeIfAbsent(labels, key -> new TreeMap<>()).put(time, value);
    return this;
  }

  /** Values at 0, {@code step}, twice {@code step} and so on. */
  public MemorySource add(Labels labels, long step, double... values) {
    for (int i = 0; i < values.length; i++) {
      add(labels, i * step, values[i]);
    }
    return this;
  }

  public void clear() {
    series.clear();
  }

  /** Calls {@code reader} with each series that is selected and has samples in the time. */
  public void onRead(Consumer<Labels> reader) {
    onRead = reader;
  }

  /** All selections so far. */
  public List<Selection> selections() {
    return selections;
  }

  @Override
  public SeriesCursor select(Selection selection) {
    selections.add(selection);
    List<Labels> selected = new ArrayList<>();
    for (Labels labels : series.keySet()) {
      if (selection.matchers().stream().allMatch(matcher -> matcher.matches(labels))) {
        selected.add(labels);
      }
    }
    return new Cursor(selected.iterator(), selection);
  }

  private final class Cursor implements SeriesCursor {
    private final Iterator<Labels> selected;
    private final Selection selection;
    private Labels current = Labels.EMPTY;
    private long[] times = new long[0];
    private double[] values = new double[0];
    private int size;

    Cursor(Iterator<Labels> selected, Selection selection) {
      this.selected = selected;
      this.selection = selection;
    }

    @Override
    public boolean next() {
      if (!selected.hasNext()) {
        return false;
      }
      current = selected.next();
      TreeMap<Long, Double> all = series.get(current);
      size = 0;
      // The arrays of the series before are overwritten, as a source may do.
      Arrays.fill(values, Double.NaN);
      if (times.length < all.size()) {
        times = new long[all.size()];
        values = new double[all.size()];
      }
      if (selection.fromMillis() <= selection.toMillis()) {
        all.subMap(selection.fromMillis(), true, selection.toMillis(), true)
            .forEach(
                (time, value) -> {
                  times[size] = time;
                  values[size++] = value;
                });
      }
      if (size > 0) {
        onRead.accept(current);
      }
      return true;
    }

    @Override
    public Labels labels() {
      return current;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public long[] times() {
      return times;
    }

    @Override
    public double[] values() {
      return values;
    }

    @Override
    public void close() {}
  }
}
