package dev.annulus.kv.buffer;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one transaction in order, and the view of them that its own reads see. The view is
 * built on the first read, since the hot path writes blindly. Not thread-safe.
 */
public final class WriteBuffer {
  private final List<Mutation> mutations = new ArrayList<>();
  private final TreeMap<byte[], Own> view = new TreeMap<>(Arrays::compareUnsigned);
  private final List<KeyRange> cleared = new ArrayList<>();
  private int viewed;
  private long bytes;
  private boolean touchesMetadataVersion;

  /** One write. */
  public sealed interface Mutation {}

  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record Set(byte[] key, byte[] value) implements Mutation {}

  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record Clear(byte[] key) implements Mutation {}

  public record ClearRange(KeyRange range) implements Mutation {}

  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record ByteMax(byte[] key, byte[] value) implements Mutation {}

  /**
   * The net effect of this transaction on a key.
   *
   * @param value the value, or the largest byte-max operand; null if the key was cleared
   * @param overBase whether the result is the larger of {@code value} and the stored value
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record Own(byte @Nullable [] value, boolean overBase) {

    /** The value that a reader sees, given the stored one. */
    public byte @Nullable [] over(byte @Nullable [] base) {
      return overBase && base != null && value != null ? larger(base, value) : value;
    }
  }

  /** Writes a value. The arrays are not copied. */
  public void set(byte[] key, byte[] value) {
    checkKey(key);
    checkValue(value);
    mutations.add(new Set(key, value));
    bytes += key.length + value.length;
  }

  /** Removes a key. */
  public void clear(byte[] key) {
    checkKey(key);
    mutations.add(new Clear(key));
    bytes += key.length;
  }

  /** Removes the keys of a range. */
  public void clear(KeyRange range) {
    checkKey(range.begin());
    checkRangeEnd(range.end());
    if (!range.isEmpty()) {
      mutations.add(new ClearRange(range));
      bytes += range.begin().length + range.end().length;
    }
  }

  /** Keeps the larger of the stored value and this one. */
  public void byteMax(byte[] key, byte[] value) {
    checkKey(key);
    checkValue(value);
    mutations.add(new ByteMax(key, value));
    bytes += key.length + value.length;
  }

  /** Sets the metadata version at commit. */
  public void touchMetadataVersion() {
    touchesMetadataVersion = true;
  }

  /** Whether the metadata version will be set. */
  public boolean touchesMetadataVersion() {
    return touchesMetadataVersion;
  }

  /**
   * Rejects a read of the metadata version after a touch: it is unknown before the commit.
   *
   * @throws IllegalStateException if it was touched
   */
  public void checkMetadataVersionReadable() {
    if (touchesMetadataVersion) {
      throw new IllegalStateException(
          "the metadata version must not be read after this transaction has touched it");
    }
  }

  /**
   * Rejects a transaction that is too large to commit.
   *
   * @throws StoreException {@code TOO_LARGE}
   */
  public void checkSize(ReadSet reads) {
    long total = bytes + reads.bytes();
    if (total > KeyValueEngine.LIMITS.transactionBytes()) {
      throw new StoreException(
          StoreException.Kind.TOO_LARGE,
          "a transaction has "
              + total
              + " bytes; limit "
              + KeyValueEngine.LIMITS.transactionBytes());
    }
  }

  /** Whether there is nothing to commit. */
  public boolean isEmpty() {
    return mutations.isEmpty() && !touchesMetadataVersion;
  }

  /** Whether the commit can grow the database. */
  public boolean grows() {
    for (Mutation mutation : mutations) {
      if (mutation instanceof Set || mutation instanceof ByteMax) {
        return true;
      }
    }
    return false;
  }

  /** All writes in order; not a copy. */
  public List<Mutation> mutations() {
    return mutations;
  }

  /** The engine key of the metadata version, named as in FoundationDB. */
  public static byte[] metadataVersionKey() {
    return "\u00ff/metadataVersion".getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Bytes of all keys and values written. */
  public long bytes() {
    return bytes;
  }

  /** The net effect on a key; null if there is none but perhaps a range clear. */
  public @Nullable Own own(byte[] key) {
    refreshView();
    return view.get(key);
  }

  /** The writes to a range so far; later writes do not show. */
  public OwnWrites own(KeyRange range) {
    refreshView();
    if (viewed == 0 || range.isEmpty()) {
      return OwnWrites.NONE;
    }
    return new OwnWrites(
        new TreeMap<>(view.subMap(range.begin(), true, range.end(), false)), List.copyOf(cleared));
  }

  /** Whether a range clear hides the stored value of a key. */
  public boolean hides(byte[] key) {
    refreshView();
    return isCleared(key);
  }

  private static byte[] larger(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private void refreshView() {
    for (; viewed < mutations.size(); viewed++) {
      apply(mutations.get(viewed));
    }
  }

  private void apply(Mutation mutation) {
    if (mutation instanceof Set set) {
      view.put(set.key(), new Own(set.value(), false));
    } else if (mutation instanceof Clear clear) {
      view.put(clear.key(), new Own(null, false));
    } else if (mutation instanceof ClearRange clear) {
      view.subMap(clear.range().begin(), true, clear.range().end(), false).clear();
      cleared.add(clear.range());
    } else if (mutation instanceof ByteMax max) {
      view.put(max.key(), merged(max));
    }
  }

  private Own merged(ByteMax max) {
    Own before = view.get(max.key());
    if (before == null) {
      return new Own(max.value(), !isCleared(max.key()));
    }
    byte[] value = before.value() == null ? max.value() : larger(before.value(), max.value());
    return new Own(value, before.overBase());
  }

  private boolean isCleared(byte[] key) {
    return isIn(cleared, key);
  }

  static boolean isIn(List<KeyRange> ranges, byte[] key) {
    for (KeyRange range : ranges) {
      if (range.contains(key)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Rejects keys that no engine takes.
   *
   * @throws StoreException {@code TOO_LARGE}
   * @throws IllegalArgumentException if the key belongs to the engine
   */
  public static void checkKey(byte[] key) {
    if (key.length > KeyValueEngine.LIMITS.keyBytes()) {
      throw new StoreException(
          StoreException.Kind.TOO_LARGE,
          "a key has " + key.length + " bytes; limit " + KeyValueEngine.LIMITS.keyBytes());
    }
    if (key.length > 0 && key[0] == (byte) 0xFF) {
      throw new IllegalArgumentException(
          "a key must be below 0xFF: keys from there on belong to the engine");
    }
  }

  private static void checkRangeEnd(byte[] key) {
    if (key.length == 1 && key[0] == (byte) 0xFF) {
      return; // the end of all keys
    }
    checkKey(key);
  }

  private static void checkValue(byte[] value) {
    if (value.length > KeyValueEngine.LIMITS.valueBytes()) {
      throw new StoreException(
          StoreException.Kind.TOO_LARGE,
          "a value has " + value.length + " bytes; limit " + KeyValueEngine.LIMITS.valueBytes());
    }
  }
}
