package dev.annulus.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a series: its name and tags. Tags are sorted by key, so their order in a request
 * does not matter. Immutable. A class rather than a record because the hash is computed once:
 * writers look up a series per sample.
 */
public final class SeriesKey {
  private final String name;
  private final List<Tag> tags;
  private final int hash;

  /**
   * A series.
   *
   * @param name non-empty
   * @param tags in any order
   * @throws IllegalArgumentException if a tag key is duplicated
   */
  public SeriesKey(String name, List<Tag> tags) {
    this.name = name;
    this.tags = sortedCopy(tags);
    this.hash = 31 * name.hashCode() + this.tags.hashCode();
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The tags, sorted by key, keys unique; immutable. */
  public List<Tag> tags() {
    return tags;
  }

  /** A series without tags. */
  public static SeriesKey of(String name) {
    return new SeriesKey(name, List.of());
  }

  /** A series with the tags of a map. */
  public static SeriesKey of(String name, Map<String, String> tags) {
    List<Tag> list = new ArrayList<>(tags.size());
    tags.forEach((key, value) -> list.add(new Tag(key, value)));
    return new SeriesKey(name, list);
  }

  /**
   * The series without tags that have an empty value. As in Prometheus, an empty tag is the same as
   * no tag, for every protocol.
   */
  public SeriesKey withoutEmptyTags() {
    for (Tag tag : tags) {
      if (tag.value().isEmpty()) {
        return new SeriesKey(name, tags.stream().filter(t -> !t.value().isEmpty()).toList());
      }
    }
    return this;
  }

  /**
   * The canonical text form, {@code name{key="value",…}}, or the bare name if there are no tags. A
   * backslash escapes backslash, quote and line feed inside the quotes. It is the Kafka record key
   * and decides the partition, so it must never change.
   */
  public String canonical() {
    if (tags.isEmpty()) {
      return name;
    }
    StringBuilder text = new StringBuilder(name.length() + 24 * tags.size()).append(name);
    char separator = '{';
    for (Tag tag : tags) {
      text.append(separator).append(tag.key()).append("=\"");
      appendEscaped(text, tag.value());
      text.append('"');
      separator = ',';
    }
    return text.append('}').toString();
  }

  /** UTF-8 length of name and tags in bytes. */
  public long textBytes() {
    long bytes = utf8Bytes(name);
    for (Tag tag : tags) {
      bytes += utf8Bytes(tag.key()) + utf8Bytes(tag.value());
    }
    return bytes;
  }

  /** Counts without encoding; each half of a surrogate pair counts as two of its four bytes. */
  static int utf8Bytes(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof SeriesKey that
            && hash == that.hash
            && name.equals(that.name)
            && tags.equals(that.tags));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return canonical();
  }

  private static void appendEscaped(StringBuilder text, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        case '\n' -> text.append("\\n");
        default -> text.append(c);
      }
    }
  }

  private static List<Tag> sortedCopy(List<Tag> tags) {
    if (isStrictlySorted(tags)) {
      return List.copyOf(tags);
    }
    Tag[] sorted = tags.toArray(Tag[]::new);
    Arrays.sort(sorted);
    List<Tag> list = List.of(sorted);
    if (!isStrictlySorted(list)) {
      throw new IllegalArgumentException("a tag key must occur only once per series");
    }
    return list;
  }

  private static boolean isStrictlySorted(List<Tag> tags) {
    for (int i = 1; i < tags.size(); i++) {
      if (tags.get(i - 1).key().compareTo(tags.get(i).key()) >= 0) {
        return false;
      }
    }
    return true;
  }
}
