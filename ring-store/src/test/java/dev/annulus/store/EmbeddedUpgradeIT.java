package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.apple.foundationdb.tuple.Tuple;
import com.google.protobuf.CodedOutputStream;
import dev.annulus.embedded.EmbeddedStore;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.RingGeometry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Stores whose engine kept the slots itself, in blocks and a journal beside all other keys. */
class EmbeddedUpgradeIT {
  private static final byte[] NO_PREFIX = {};
  private static final BlockConfig SLOTS = BlockConfig.DEFAULT.withSlotsPerBlock(1);
  @TempDir private Path directory;

  @Test
  void aStoreOfAnEarlierVersionHoldsWhatItHeld() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    Map<Integer, Long> positions;
    byte[] before;
    try (EmbeddedEngine engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
        StoreFixture old = new StoreFixture(engine, NO_PREFIX, SLOTS)) {
      fill(old, random);
      before = export(old);
      positions = old.store.positions().read().join();
    }
    asAnEarlierVersion(random);

    int interruptions = 0;
    while (isInterrupted(random)) {
      interruptions++;
    }
    try (EmbeddedEngine engine = EmbeddedStore.open(EmbeddedConfig.in(directory));
        StoreFixture converted = new StoreFixture(engine, NO_PREFIX)) {
      assertThat(export(converted)).as("seed %d", seed).isEqualTo(before);
      assertThat(converted.store.positions().read().join()).isEqualTo(positions);
    }
    assertThat(interruptions).as("seed %d", seed).isPositive();
    assertThat(families()).containsExactly("default");
  }

  private static void fill(StoreFixture old, Random random) {
    for (int i = 0; i < 80; i++) {
      double[] tsAndValues = new double[600];
      for (int k = 0; k < tsAndValues.length; k += 2) {
        tsAndValues[k] = random.nextInt(20_000);
        tsAndValues[k + 1] = random.nextGaussian();
      }
      old.write(
          samples(gauge("g" + i % 9, 1 + i % 3, 30_000), tsAndValues),
          samples(counter("c" + i % 5), i, random.nextInt(100)));
    }
    old.store.retention().change(old.id("g1"), RingGeometry.ofSeconds(5, 500)).join();
    old.store.registry().delete(old.id("g2"), new LogOffsets(80)).join();
  }

  /** Opens the store and ends the conversion somewhere; false if it came to its end. */
  private boolean isInterrupted(Random random) {
    int[] parts = {random.nextInt(6)};
    try (EmbeddedEngine engine = EmbeddedEngine.open(EmbeddedConfig.in(directory))) {
      Keys keys = new Keys(NO_PREFIX);
      new LayoutConversion(engine, StoreConfig.DEFAULT, new FormerRings(engine, keys))
          .run(
              progress -> {
                if (parts[0]-- == 0) {
                  throw new IllegalStateException("interrupted");
                }
              });
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Moves slots to where the former engine had them: partly flushed, the rest in the journal. */
  private void asAnEarlierVersion(Random random) throws Exception {
    try (RawStore raw = new RawStore(directory)) {
      KeyedSlots slots = raw.takeSlots();
      List<byte[]> journal = new ArrayList<>();
      // A ring that was deleted after its samples had been journaled.
      journal.add(entry(List.of(), Map.of(block(77_777, 3), oneSample(96))));
      journal.add(entry(List.of(new long[] {77_777, 0, 77_778, 0}), Map.of()));
      for (Map.Entry<List<Long>, TreeMap<Integer, byte[]>> block : slots.byBlock().entrySet()) {
        SlotBlock flushed = new SlotBlock();
        SlotBlock journaled = new SlotBlock();
        block
            .getValue()
            .forEach(
                (slot, record) -> {
                  int where = random.nextInt(3);
                  if (where != 0) {
                    merge(flushed, slot, record);
                  }
                  if (where != 1) {
                    merge(journaled, slot, record);
                  }
                });
        if (flushed.present() != 0) {
          raw.putBlock(block.getKey(), encoded(flushed));
        }
        if (journaled.present() != 0) {
          journal.add(entry(List.of(), Map.of(block.getKey(), journaled)));
        }
      }
      for (int i = 0; i < journal.size(); i++) {
        raw.putEntry(100 + i, journal.get(i));
      }
    }
  }

  private static List<Long> block(long ring, long number) {
    return List.of(ring, number);
  }

  private static SlotBlock oneSample(int slot) {
    SlotBlock block = new SlotBlock();
    block.merge(SlotBlock.indexOf(slot), 5, 5, 5);
    return block;
  }

  private static void merge(SlotBlock block, int slot, byte[] record) {
    ByteBuffer numbers = ByteBuffer.wrap(record);
    block.merge(SlotBlock.indexOf(slot), numbers.getLong(), numbers.getLong(), numbers.getLong());
  }

  private static byte[] encoded(SlotBlock block) {
    byte[] target = new byte[SlotBlock.MAX_BYTES];
    return Arrays.copyOf(target, block.encode(target, 0));
  }

  private static byte[] entry(List<long[]> clears, Map<List<Long>, SlotBlock> blocks)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeUInt32NoTag(1);
    out.writeUInt32NoTag(clears.size());
    for (long[] clear : clears) {
      out.writeUInt64NoTag(clear[0]);
      out.writeUInt32NoTag((int) clear[1]);
      out.writeUInt64NoTag(clear[2]);
      out.writeUInt32NoTag((int) clear[3]);
    }
    out.writeUInt32NoTag(blocks.size());
    for (Map.Entry<List<Long>, SlotBlock> block : blocks.entrySet()) {
      out.writeUInt64NoTag(block.getKey().get(0));
      out.writeUInt32NoTag(block.getKey().get(1).intValue());
      out.writeRawBytes(encoded(block.getValue()));
    }
    out.flush();
    return bytes.toByteArray();
  }

  /** The bytes that the former engine wrote for two samples, a counter's state and a position. */
  @Test
  void pinnedBytesOfAnEarlierVersionAreRead() throws Exception {
    try (EmbeddedEngine engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
        StoreFixture old = new StoreFixture(engine, NO_PREFIX, SLOTS)) {
      old.write(samples(gauge("flushed", 1, 3_600), 1, 1), samples(gauge("both", 1, 3_600), 1, 1));
      assertThat(List.of(old.id("flushed"), old.id("both"))).containsExactlyInAnyOrder(1L, 2L);
    }
    try (RawStore raw = new RawStore(directory)) {
      raw.takeSlots();
      // Rings 1 and 2, block 0: slot 7 at 1,700,000,007, sequence 5 << 16, 37.5.
      raw.putBlock("000000000000000100000000", "078ec49fd50c808028534042c0");
      raw.putBlock("000000000000000200000000", "078ec49fd50c808028534042c0");
      // Ring 2, block 1: slot 40 at 1,700,000,040, sequence 9, 1.5.
      raw.putEntry("0000000000000001", "01" + "00" + "01" + "02" + "01" + "08d0c49fd50c12623ff8");
    }
    try (EmbeddedEngine engine = EmbeddedStore.open(EmbeddedConfig.in(directory));
        StoreFixture converted = new StoreFixture(engine, NO_PREFIX)) {
      Map<Long, Double> inBlock = Map.of(1_700_000_007L, 37.5);
      Map<Long, Double> inBoth = Map.of(1_700_000_007L, 37.5, 1_700_000_040L, 1.5);
      assertThat(List.of(ring(converted, 1), ring(converted, 2))).containsExactly(inBlock, inBoth);
    }
  }

  private static Map<Long, Double> ring(StoreFixture store, long id) {
    return store.scan(id, 0, Long.MAX_VALUE);
  }

  @Test
  void emptyFamiliesOfAnEarlierVersionGo() throws Exception {
    try (EmbeddedEngine engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
        StoreFixture behindPrefix = new StoreFixture(engine, new byte[] {7}, SLOTS)) {
      behindPrefix.write(gauge("g", 1, 10), 1, 1);
    }
    new RawStore(directory).close();
    try (EmbeddedEngine engine = EmbeddedStore.open(EmbeddedConfig.in(directory));
        StoreFixture behindPrefix = new StoreFixture(engine, new byte[] {7})) {
      assertThat(behindPrefix.ring("g")).isEqualTo(Map.of(1L, 1.0));
    }
    assertThat(families()).containsExactly("default");
  }

  @Test
  void blocksWithoutAnyMetricAreNotThrownAway() throws Exception {
    try (RawStore raw = new RawStore(directory)) {
      raw.putBlock("000000000000000000000000", "078ec49fd50c808028534042c0");
    }
    assertThatThrownBy(() -> EmbeddedStore.open(EmbeddedConfig.in(directory)))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNUSABLE));
    assertThat(families()).contains("rings");
  }

  private static byte[] export(StoreFixture store) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store.transfer().exportTo(out, (stage, done) -> {});
    return out.toByteArray();
  }

  private List<String> families() throws RocksDBException {
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, directory.toString()).stream()
          .map(name -> new String(name, UTF_8))
          .toList();
    }
  }

  /** Slots by ring and block. */
  private record KeyedSlots(Map<List<Long>, TreeMap<Integer, byte[]>> byBlock) {}

  /** The files with the families that the former engine had. */
  private static final class RawStore implements AutoCloseable {
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final RocksDB db;

    RawStore(Path directory) throws RocksDBException {
      RocksDB.loadLibrary();
      ColumnFamilyOptions plain = new ColumnFamilyOptions().setMergeOperatorName("max");
      ColumnFamilyOptions other = new ColumnFamilyOptions();
      DBOptions options =
          new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
      resources.addAll(List.of(plain, other, options));
      db =
          RocksDB.open(
              options,
              directory.toString(),
              List.of(
                  new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain),
                  new ColumnFamilyDescriptor("rings".getBytes(UTF_8), other),
                  new ColumnFamilyDescriptor("journal".getBytes(UTF_8), other)),
              handles);
    }

    /** Removes and returns all slots under keys of layout 1. */
    KeyedSlots takeSlots() throws RocksDBException {
      Map<List<Long>, TreeMap<Integer, byte[]>> slots = new TreeMap<>(BY_NUMBERS);
      try (RocksIterator iterator = db.newIterator()) {
        for (iterator.seek(new byte[] {0x15, 1}); iterator.isValid(); iterator.next()) {
          byte[] key = iterator.key();
          if (key[0] != 0x15 || key[1] != 1) {
            break;
          }
          Tuple tuple = Tuple.fromBytes(key);
          int slot = (int) tuple.getLong(2);
          slots
              .computeIfAbsent(
                  block(tuple.getLong(1), SlotBlock.blockOf(slot)), none -> new TreeMap<>())
              .put(slot, iterator.value());
          db.delete(key);
        }
      }
      return new KeyedSlots(slots);
    }

    void putBlock(List<Long> block, byte[] value) throws RocksDBException {
      byte[] key =
          ByteBuffer.allocate(12).putLong(block.get(0)).putInt(block.get(1).intValue()).array();
      db.put(handles.get(1), key, value);
    }

    void putBlock(String key, String value) throws RocksDBException {
      db.put(handles.get(1), HexFormat.of().parseHex(key), HexFormat.of().parseHex(value));
    }

    void putEntry(long number, byte[] value) throws RocksDBException {
      db.put(handles.get(2), ByteBuffer.allocate(8).putLong(number).array(), value);
    }

    void putEntry(String key, String value) throws RocksDBException {
      db.put(handles.get(2), HexFormat.of().parseHex(key), HexFormat.of().parseHex(value));
    }

    @Override
    public void close() throws Exception {
      for (ColumnFamilyHandle handle : handles) {
        handle.close();
      }
      db.close();
      for (AutoCloseable resource : resources) {
        resource.close();
      }
    }

    private static final Comparator<List<Long>> BY_NUMBERS =
        Comparator.<List<Long>>comparingLong(block -> block.get(0))
            .thenComparingLong(block -> block.get(1));
  }
}
