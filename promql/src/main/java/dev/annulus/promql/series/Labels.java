package dev.annulus.promql.series;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * An immutable label set, sorted by name; a label with an empty value is the same as none. The
 * metric's name is the label {@value #METRIC_NAME}.
 */
public final class Labels implements Comparable<Labels> {
  public static final String METRIC_NAME = "__name__";
  private static final String TYPE = "__type__";
  private static final String UNIT = "__unit__";

  /** Longer values are counted: they are not from a store, but made by a query. */
  private static final int SHORT = 1024;

  public static final Labels EMPTY = new Labels(new String[0]);

  /** name, value, name, value; sorted by name. */
  private final String[] pairs;

  private final int hash;

  private Labels(String[] pairs) {
    this.pairs = pairs;
    this.hash = Arrays.hashCode(pairs);
  }

  /** Of name, value, name, value. */
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a label without a value");
    }
    if (isCanonical(namesAndValues)) {
      return new Labels(namesAndValues.clone());
    }
    Map<String, String> map = new TreeMap<>(Labels::compareText);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return of(map);
  }

  /** Whether the names ascend and no value is empty. */
  private static boolean isCanonical(String[] pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1].isEmpty() || (i > 0 && compareText(pairs[i - 2], pairs[i]) >= 0)) {
        return false;
      }
    }
    return true;
  }

  public static Labels of(Map<String, String> labels) {
    Map<String, String> sorted = new TreeMap<>(Labels::compareText);
    sorted.putAll(labels);
    sorted.values().removeIf(String::isEmpty);
    String[] pairs = new String[sorted.size() * 2];
    int i = 0;
    for (Map.Entry<String, String> label : sorted.entrySet()) {
      pairs[i++] = label.getKey();
      pairs[i++] = label.getValue();
    }
    return new Labels(pairs);
  }

  /** The value of {@code name}; empty if there is none. */
  public String get(String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return "";
  }

  public String metricName() {
    return get(METRIC_NAME);
  }

  public int size() {
    return pairs.length / 2;
  }

  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < pairs.length; i += 2) {
      action.accept(pairs[i], pairs[i + 1]);
    }
  }

  /** With {@code name} set; an empty value removes it. */
  public Labels with(String name, String value) {
    String[] changed = new String[pairs.length + 2];
    int n = 0;
    boolean done = value.isEmpty();
    for (int i = 0; i < pairs.length; i += 2) {
      int order = compareText(pairs[i], name);
      if (order >= 0 && !done) {
        changed[n++] = name;
        changed[n++] = value;
        done = true;
      }
      if (order != 0) {
        changed[n++] = pairs[i];
        changed[n++] = pairs[i + 1];
      }
    }
    if (!done) {
      changed[n++] = name;
      changed[n++] = value;
    }
    return new Labels(Arrays.copyOf(changed, n));
  }

  public Labels keep(Collection<String> names) {
    return filter(names::contains);
  }

  public Labels without(Collection<String> names) {
    return filter(name -> !names.contains(name));
  }

  /** As {@link #without}, and without the metric's name. */
  public Labels withoutNameAnd(Collection<String> names) {
    return filter(name -> !names.contains(name) && !name.equals(METRIC_NAME));
  }

  /** Without the labels that say what the metric is: name, type and unit. */
  public Labels withoutMetadata() {
    return filter(name -> !name.equals(METRIC_NAME) && !name.equals(TYPE) && !name.equals(UNIT));
  }

  private Labels filter(Predicate<String> kept) {
    int n = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (kept.test(pairs[i])) {
        n += 2;
      }
    }
    if (n == pairs.length) {
      return this;
    }
    String[] left = new String[n];
    n = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (kept.test(pairs[i])) {
        left[n++] = pairs[i];
        left[n++] = pairs[i + 1];
      }
    }
    return new Labels(left);
  }

  /**
   * About the heap that it takes, in bytes; names and short values are shared, and so not counted.
   */
  public long bytes() {
    long bytes = 48 + 4L * pairs.length;
    for (String text : pairs) {
      bytes += text.length() > SHORT ? 2L * text.length() : 0;
    }
    return bytes;
  }

  @Override
  public int compareTo(Labels other) {
    int shared = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < shared; i++) {
      int order = compareText(pairs[i], other.pairs[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(pairs.length, other.pairs.length);
  }

  /** By code points, which is the order of UTF-8's bytes that Prometheus uses. */
  private static int compareText(String a, String b) {
    int shared = Math.min(a.length(), b.length());
    for (int i = 0; i < shared; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogateX = Character.isSurrogate(x);
        boolean surrogateY = Character.isSurrogate(y);
        if (surrogateX != surrogateY) {
          return surrogateX ? 1 : -1;
        }
        return x - y;
      }
    }
    return a.length() - b.length();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels that && hash == that.hash && Arrays.equals(pairs, that.pairs);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** As Prometheus writes it: <code>{a="x", b="y"}</code>. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      if (i > 0) {
        text.append(", ");
      }
      text.append(LabelMatcher.quotedName(pairs[i])).append('=');
      Quoting.quote(text, pairs[i + 1]);
    }
    return text.append('}').toString();
  }
}
