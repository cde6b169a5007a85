package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyRange;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Encodes and decodes all keys: FoundationDB tuples after an optional prefix. {@code LAYOUT.md}
 * lists them. Thread-safe.
 */
public final class Keys {
  /** Entries in the change log, a ring: readers further behind drop their whole cache. */
  static final int CHANGES = 4096;

  /** The tag key under which names are indexed; no tag can have it. */
  static final String NAME_TAG = "";

  private static final long RINGS = 1;
  private static final long METRICS = 2;
  private static final long COUNTERS = 3;
  private static final long BLOCKS = 4;
  private static final long SERIES = 5;
  private static final long ID_SEQUENCE = 6;
  private static final long DASHBOARDS = 7;
  private static final long TAGS = 8;
  private static final long STATE = 9;
  private static final long JOURNAL = 10;

  private final byte[] prefix;

  /** Of what all keys of the index of series begin with. */
  private final int seriesLength;

  /** Of what all keys of the tag index begin with. */
  private final int tagsLength;

  /**
   * @param prefix prepended to every key, so that databases can share a cluster; empty by default
   */
  public Keys(byte[] prefix) {
    this.prefix = prefix.clone();
    this.seriesLength = pack(Tuple.from(SERIES)).length;
    this.tagsLength = pack(Tuple.from(TAGS)).length;
  }

  /** Every key of this database. */
  int prefixLength() {
    return prefix.length;
  }

  KeyRange everything() {
    return prefix.length == 0
        ? new KeyRange(new byte[0], new byte[] {(byte) 0xFF})
        : KeyRange.startingWith(prefix);
  }

  /** The slots of all rings in layout 1. */
  KeyRange allSlots() {
    return KeyRange.startingWith(pack(Tuple.from(RINGS)));
  }

  RingKeys ring(long ringId) {
    return new RingKeys(pack(Tuple.from(RINGS, ringId)));
  }

  /** The keys of a ring's blocks: what is a slot there is a block's number here. */
  RingKeys blocks(long ringId) {
    return new RingKeys(pack(Tuple.from(BLOCKS, ringId)));
  }

  byte[] journal(int lane, long number) {
    return pack(Tuple.from(JOURNAL, lane, number));
  }

  /** The entries of a lane from {@code first} (inclusive) to {@code end} (exclusive). */
  KeyRange journal(int lane, long first, long end) {
    return new KeyRange(journal(lane, first), journal(lane, end));
  }

  byte[] head(int lane) {
    return pack(Tuple.from(STATE, "head", lane));
  }

  KeyRange heads() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "head")));
  }

  byte[] flushed(int lane) {
    return pack(Tuple.from(STATE, "flushed", lane));
  }

  KeyRange flushed() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "flushed")));
  }

  /**
   * The lane or partition in a key made by {@link #head}, {@link #flushed} or {@link #converting}.
   */
  int laneOf(byte[] key) {
    return (int) unpack(key).getLong(2);
  }

  byte[] goneRing(long ringId) {
    return pack(Tuple.from(STATE, "gone", ringId));
  }

  KeyRange goneRings() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "gone")));
  }

  byte[] goneCounter(long metricId) {
    return pack(Tuple.from(STATE, "gone-counter", metricId));
  }

  KeyRange goneCounters() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "gone-counter")));
  }

  /** The id in a key made by {@link #goneRing}, {@link #goneCounter} or {@link #deletedId}. */
  long markedIdOf(byte[] key) {
    return unpack(key).getLong(2);
  }

  byte[] metric(long id) {
    return pack(Tuple.from(METRICS, id));
  }

  KeyRange metrics() {
    return KeyRange.startingWith(pack(Tuple.from(METRICS)));
  }

  long metricIdOf(byte[] metricKey) {
    return unpack(metricKey).getLong(1);
  }

  byte[] counter(long metricId) {
    return pack(Tuple.from(COUNTERS, metricId));
  }

  byte[] series(SeriesKey key) {
    return pack(Tuple.from(SERIES, key.name(), tagTuple(key)));
  }

  /** Of all names. */
  KeyRange allSeries() {
    return KeyRange.startingWith(pack(Tuple.from(SERIES)));
  }

  KeyRange seriesOf(String name) {
    return KeyRange.startingWith(pack(Tuple.from(SERIES, name)));
  }

  /** Reads a key made by {@link #series}. Not by way of a tuple, as {@link #tagOf}. */
  SeriesKey seriesOfKey(byte[] seriesKey) {
    int afterName = TupleBytes.afterText(seriesKey, seriesLength);
    List<Tag> tags = new ArrayList<>();
    int at = afterName + 1; // behind the mark of a nested tuple
    while (TupleBytes.isText(seriesKey, at)) {
      int afterKey = TupleBytes.afterText(seriesKey, at);
      int afterValue = TupleBytes.afterText(seriesKey, afterKey);
      tags.add(
          new Tag(
              TupleBytes.text(seriesKey, at, afterKey),
              TupleBytes.text(seriesKey, afterKey, afterValue)));
      at = afterValue;
    }
    return new SeriesKey(TupleBytes.text(seriesKey, seriesLength, afterName), tags);
  }

  byte[] idSequence() {
    return pack(Tuple.from(ID_SEQUENCE));
  }

  byte[] dashboard(String slug) {
    return pack(Tuple.from(DASHBOARDS, slug));
  }

  KeyRange dashboards() {
    return KeyRange.startingWith(pack(Tuple.from(DASHBOARDS)));
  }

  String slugOf(byte[] dashboardKey) {
    return unpack(dashboardKey).getString(1);
  }

  byte[] tag(String key, String value, long metricId) {
    return pack(Tuple.from(TAGS, key, value, metricId));
  }

  /** The index range of a tag: the ids of its metrics. */
  KeyRange tagged(String key, String value) {
    return KeyRange.startingWith(pack(Tuple.from(TAGS, key, value)));
  }

  /** The key at which ids from {@code metricId} on start in a {@link #tagged} range. */
  byte[] withId(byte[] taggedPrefix, long metricId) {
    return Tuple.from(metricId).pack(taggedPrefix);
  }

  /** The index range of a tag key: its values with their metric ids. */
  KeyRange tagKey(String key) {
    return KeyRange.startingWith(pack(Tuple.from(TAGS, key)));
  }

  /** The index range of all tags, without names. */
  KeyRange tags() {
    KeyRange all = KeyRange.startingWith(pack(Tuple.from(TAGS)));
    return new KeyRange(tagKey(NAME_TAG).end(), all.end());
  }

  /**
   * Reads a key of the tag index. Not by way of a tuple, which costs ten times as much: lists of
   * values read hundreds of thousands of them.
   */
  TagEntry tagOf(byte[] tagKey) {
    int afterKey = TupleBytes.afterText(tagKey, tagsLength);
    int afterValue = TupleBytes.afterText(tagKey, afterKey);
    Tag tag =
        new Tag(
            TupleBytes.text(tagKey, tagsLength, afterKey),
            TupleBytes.text(tagKey, afterKey, afterValue));
    return new TagEntry(tag, TupleBytes.number(tagKey, afterValue));
  }

  /** The range of the tag index with the tag key of a key, and its value if that is wanted. */
  KeyRange runOf(byte[] tagKey, boolean value) {
    return KeyRange.startingWith(Arrays.copyOf(tagKey, runLength(tagKey, value)));
  }

  /** How many bytes of a key of the tag index are up to its tag key, or to its value. */
  int runLength(byte[] tagKey, boolean value) {
    int afterKey = TupleBytes.afterText(tagKey, tagsLength);
    return value ? TupleBytes.afterText(tagKey, afterKey) : afterKey;
  }

  /** An entry of the tag index. */
  record TagEntry(Tag tag, long metricId) {}

  byte[] format() {
    return pack(Tuple.from(STATE, "format"));
  }

  byte[] log() {
    return pack(Tuple.from(STATE, "log"));
  }

  byte[] position(int partition) {
    return pack(Tuple.from(STATE, "position", partition));
  }

  byte[] restart(int partition) {
    return pack(Tuple.from(STATE, "restart", partition));
  }

  /** The ranges of all restart and try counts. */
  List<KeyRange> restarts() {
    return List.of(
        KeyRange.startingWith(pack(Tuple.from(STATE, "restart"))),
        KeyRange.startingWith(pack(Tuple.from(STATE, "tried"))));
  }

  byte[] tried(int partition) {
    return pack(Tuple.from(STATE, "tried", partition));
  }

  KeyRange positions() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "position")));
  }

  int partitionOf(byte[] positionKey) {
    return (int) unpack(positionKey).getLong(2);
  }

  byte[] converting(int partition) {
    return pack(Tuple.from(STATE, "converting", partition));
  }

  KeyRange converting() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "converting")));
  }

  byte[] changeHead() {
    return pack(Tuple.from(STATE, "change-head"));
  }

  byte[] change(long number) {
    return pack(Tuple.from(STATE, "change", number % CHANGES));
  }

  KeyRange changes() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "change")));
  }

  byte[] deletedSeries(SeriesKey key) {
    return pack(Tuple.from(STATE, "deleted", key.name(), tagTuple(key)));
  }

  /** The series in a key made by {@link #deletedSeries}; empty for other keys. */
  Optional<SeriesKey> deletedSeriesOf(byte[] markKey) {
    Tuple tuple = unpack(markKey);
    return tuple.getString(1).equals("deleted")
        ? Optional.of(new SeriesKey(tuple.getString(2), tags(tuple.getNestedTuple(3))))
        : Optional.empty();
  }

  byte[] deletedId(long metricId) {
    return pack(Tuple.from(STATE, "deleted-id", metricId));
  }

  /** Both kinds of deletion marks, one range each. */
  List<KeyRange> deletionMarks() {
    return List.of(
        KeyRange.startingWith(pack(Tuple.from(STATE, "deleted"))),
        KeyRange.startingWith(pack(Tuple.from(STATE, "deleted-id"))));
  }

  byte[] reslot(long metricId) {
    return pack(Tuple.from(STATE, "reslot", metricId));
  }

  KeyRange reslots() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "reslot")));
  }

  long reslotMetricIdOf(byte[] reslotKey) {
    return unpack(reslotKey).getLong(2);
  }

  byte[] seriesCount() {
    return pack(Tuple.from(STATE, "series-count"));
  }

  byte[] seriesCount(String owner) {
    return pack(Tuple.from(STATE, "series-count", owner));
  }

  byte[] signedOut(String token) {
    return pack(Tuple.from(STATE, "signed-out", token));
  }

  KeyRange signedOut() {
    return KeyRange.startingWith(pack(Tuple.from(STATE, "signed-out")));
  }

  String tokenOf(byte[] signedOutKey) {
    return unpack(signedOutKey).getString(2);
  }

  /** Tags as a flat tuple of keys and values. */
  static Tuple tagTuple(SeriesKey key) {
    Tuple tuple = new Tuple();
    for (Tag tag : key.tags()) {
      tuple = tuple.add(tag.key()).add(tag.value());
    }
    return tuple;
  }

  /** The inverse of {@link #tagTuple}. */
  static List<Tag> tags(Tuple tuple) {
    List<Tag> tags = new ArrayList<>(tuple.size() / 2);
    for (int i = 0; i + 1 < tuple.size(); i += 2) {
      tags.add(new Tag(tuple.getString(i), tuple.getString(i + 1)));
    }
    return tags;
  }

  /** A key without this database's prefix. */
  byte[] withoutPrefix(byte[] key) {
    return Arrays.copyOfRange(key, prefix.length, key.length);
  }

  /** The inverse of {@link #withoutPrefix}. */
  byte[] withPrefix(byte[] suffix) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + suffix.length);
    System.arraycopy(suffix, 0, key, prefix.length, suffix.length);
    return key;
  }

  private byte[] pack(Tuple tuple) {
    return tuple.pack(prefix);
  }

  private Tuple unpack(byte[] key) {
    return Tuple.fromBytes(key, prefix.length, key.length - prefix.length);
  }
}
