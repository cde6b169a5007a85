package dev.annulus.ingest.otlp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The reader's position in a JSON body, such as {@code a.b[3].c}. Not thread-safe. */
final class JsonPath {
  private static final int NONE = -1;
  private static final int SHOWN = 64;

  private final @Nullable String[] names;
  private final int[] indexes;
  private int depth;

  /**
   * @param maxDepth of objects within objects
   */
  JsonPath(int maxDepth) {
    names = new String[maxDepth];
    indexes = new int[maxDepth];
    Arrays.fill(indexes, NONE);
  }

  /** Enters a field of the object at this depth, from 0. */
  void enter(int at, String name) {
    names[at] = name;
    indexes[at] = NONE;
    depth = at + 1;
  }

  /** Enters an element of the field's array. */
  void index(int at, int index) {
    indexes[at] = index;
    depth = at + 1;
  }

  /** Leaves the object at this depth. */
  void leave(int at) {
    depth = at;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(depth, SHOWN); i++) {
      text.append(i == 0 ? "" : ".").append(names[i]);
      if (indexes[i] != NONE) {
        text.append('[').append(indexes[i]).append(']');
      }
    }
    return depth > SHOWN ? text.append("…").toString() : text.toString();
  }
}
