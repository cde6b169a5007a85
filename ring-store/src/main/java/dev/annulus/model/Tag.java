package dev.annulus.model;

/**
 * One dimension of a series.
 *
 * @param key non-empty
 * @param value may be empty
 */
public record Tag(String key, String value) implements Comparable<Tag> {

  @Override
  public int compareTo(Tag other) {
    int byKey = key.compareTo(other.key);
    return byKey != 0 ? byKey : value.compareTo(other.value);
  }
}
