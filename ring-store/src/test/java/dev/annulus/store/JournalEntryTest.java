package dev.annulus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalEntryTest {

  @ParameterizedTest
  @MethodSource("dev.annulus.model.Seeds#fresh")
  void whatIsWrittenIsReadBack(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      boolean millis = random.nextBoolean();
      TreeMap<RingSlot, long[]> slots = new TreeMap<>();
      TreeMap<Long, CounterState> states = new TreeMap<>();
      int many = random.nextInt(200);
      for (int i = 0; i < many; i++) {
        long ring = random.nextInt(3) == 0 ? random.nextInt(5) : random.nextLong(1L << 40);
        long ts = random.nextInt(2_000_000_000);
        long[] record = {
          millis ? ts * 1_000 + random.nextInt(1_000) : ts * 1_000,
          random.nextLong() >>> 1,
          random.nextInt(4) == 0 ? random.nextLong() : Double.doubleToRawLongBits(i)
        };
        slots.put(new RingSlot(ring, random.nextInt(4) == 0 ? i : random.nextInt(90_000)), record);
        states.put(random.nextLong(1L << 32), anyState(random));
      }
      JournalEntry.Writer writer = new JournalEntry.Writer(millis, 1 << 20);
      slots.forEach(
          (at, record) -> writer.sample(at.ring(), at.slot(), record[0], record[1], record[2]));
      states.forEach((metric, state) -> writer.state(metric, state.encodeMillis()));
      JournalEntry read = JournalEntry.decode(writer.encode());
      assertThat(contents(read)).isEqualTo(asLists(slots));
      states.forEach(
          (metric, state) ->
              assertThat(CounterState.decodeMillis(read.counters().stateOf(metric)))
                  .isEqualTo(state));
      assertThat(read.counters().size()).isEqualTo(states.size());
    }
  }

  private static CounterState anyState(Random random) {
    long ts = random.nextInt(2_000_000_000);
    return random.nextBoolean()
        ? new CounterState(ts, random.nextInt(9), random.nextInt(1_000), random.nextGaussian())
        : new CounterState(ts, random.nextInt(999), random.nextLong(1L << 60), 0, 7, 3.25);
  }

  private static Map<RingSlot, List<Long>> contents(JournalEntry entry) {
    Map<RingSlot, List<Long>> contents = new TreeMap<>();
    SlotBlock block = new SlotBlock();
    for (RunIterator runs = RunIterator.up(List.of(entry.slots()), RingSlot.FIRST);
        runs.isValid();
        runs.advance()) {
      block.reset();
      runs.mergeInto(block);
      for (int i = 0; i < SlotBlock.SLOTS; i++) {
        if ((block.present() & 1 << i) != 0) {
          contents.put(
              new RingSlot(runs.ring(), SlotBlock.slotOf(runs.block(), i)),
              List.of(block.first(i), block.second(i), block.third(i)));
        }
      }
    }
    return contents;
  }

  private static Map<RingSlot, List<Long>> asLists(Map<RingSlot, long[]> slots) {
    Map<RingSlot, List<Long>> lists = new TreeMap<>();
    slots.forEach((at, record) -> lists.put(at, Arrays.stream(record).boxed().toList()));
    return lists;
  }

  @Test
  void theBytesInTheStoreStayWhatTheyWere() {
    JournalEntry.Writer seconds = new JournalEntry.Writer(false, 1_000);
    seconds.sample(7, 3, 1_700_000_000_000L, 5L << 16, Double.doubleToRawLongBits(37.5));
    seconds.sample(7, 4, 1_700_000_010_000L, 6L << 16, Double.doubleToRawLongBits(37.5));
    seconds.sample(9, 3, 1_700_000_010_000L, 6L << 16 | 1, Double.doubleToRawLongBits(-0.1));
    seconds.state(7, new CounterState(1_700_000_010_000L, 1, 2.5, -1).encodeMillis());
    assertThat(HexFormat.of().formatHex(seconds.encode()))
        .isEqualTo(
            "01000000000300000001"
                + "070380c49fd50c808028534042c0"
                + "00011480800800"
                + "02030002"
                + "08bfb999999999999a"
                + "0700a0bcacfef962"
                + "01"
                + "624004"
                + "62bff0");
  }

  @Test
  void aSampleOfABatchTakesFewBytes() {
    JournalEntry.Writer writer = new JournalEntry.Writer(false, 32_000);
    int samples = 0;
    for (; !writer.isFull(); samples++) {
      long sequence = (5_000L + samples / 100) << 16 | (samples * 37L) % 100;
      writer.sample(
          1 + samples,
          1_234,
          1_700_000_000_000L,
          sequence,
          Double.doubleToRawLongBits(samples / 8.0));
    }
    assertThat(writer.encode().length / samples).isLessThan(12);
  }

  @Test
  void anEntryThatIsCutOrChangedIsCorrupt() {
    Random random = new Random(1);
    JournalEntry.Writer writer = new JournalEntry.Writer(true, 10_000);
    for (int i = 0; i < 200; i++) {
      writer.sample(
          1 + i / 20, i % 20, 1_700_000_000_001L + i, random.nextInt(), random.nextLong());
    }
    writer.state(3, new CounterState(5_000, 1, 2.5, -1).encodeMillis());
    byte[] entry = writer.encode();
    for (int length = 0; length < entry.length; length++) {
      byte[] cut = Arrays.copyOf(entry, length);
      assertThatThrownBy(() -> JournalEntry.decode(cut)).isInstanceOf(StoreException.class);
    }
    List<RuntimeException> failures = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      byte[] changed = entry.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        JournalEntry.decode(changed);
      } catch (StoreException e) {
        assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT);
        failures.add(e);
      }
    }
    assertThat(failures).isNotEmpty();
  }
}
