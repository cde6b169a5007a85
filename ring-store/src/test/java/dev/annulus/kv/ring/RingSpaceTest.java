package dev.annulus.kv.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingSpaceTest {
  private static final long[] RINGS = {0, 1, 2, 255, 256, 65_535, 65_536, 1L << 40, Long.MAX_VALUE};
  private static final int[] SLOTS = {0, 1, 31, 32, 255, 256, 65_535, 65_536, Integer.MAX_VALUE};

  @Test
  void keysAreThoseOfTheTupleLayer() {
    for (long ring : RINGS) {
      for (int slot : SLOTS) {
        byte[] key = Tuple.from(1, ring, slot).pack();
        assertThat(RingSpace.key(ring, slot)).isEqualTo(key);
        assertThat(RingSpace.contains(key)).isTrue();
        assertThat(RingSpace.ringSlot(key)).isEqualTo(new RingSlot(ring, slot));
      }
    }
    assertThat(RingSpace.contains(Tuple.from(2, 1, 1).pack())).isFalse();
    assertThat(RingSpace.contains(new byte[] {0x15})).isFalse();
  }

  @Test
  void whatIsNoKeyOfASlotIsRefused() {
    byte[] longer = KeyRange.next(RingSpace.key(7, 7));
    for (byte[] key :
        List.of(
            Tuple.from(1).pack(),
            Tuple.from(1, 7).pack(),
            Tuple.from(1, 7, "slot").pack(),
            Tuple.from(1, -7, 7).pack(),
            Tuple.from(1, 7, 1L << 31).pack(),
            new byte[] {0x15, 0x01, 0x15, 0x00, 0x14},
            longer)) {
      assertThatThrownBy(() -> RingSpace.checkByteMax(key, new byte[RingSpace.VALUE_BYTES]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(1, ring, slot)");
    }
    assertThatThrownBy(() -> RingSpace.checkByteMax(RingSpace.key(1, 1), new byte[8]))
        .hasMessageContaining("24 bytes, got 8");
    assertThatThrownBy(() -> RingSpace.checkSet(RingSpace.key(1, 1)))
        .hasMessageContaining("byte-max");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aRangeOfAnyBytesHoldsThePlacesWhoseKeysLieInIt(long seed) {
    Random random = new Random(seed);
    List<byte[]> bounds = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      bounds.add(bound(random));
    }
    List<RingSlot> places = new ArrayList<>();
    for (long ring : RINGS) {
      for (int slot : SLOTS) {
        places.add(new RingSlot(ring, slot));
      }
    }
    for (int i = 0; i + 1 < bounds.size(); i++) {
      KeyRange range = new KeyRange(bounds.get(i), bounds.get(i + 1));
      RingSlot.Range found = RingSpace.slots(range);
      for (RingSlot place : places) {
        if (place.equals(RingSlot.END)) {
          continue; // no slot is that high: it stands for the end
        }
        byte[] key = RingSpace.key(place.ring(), place.slot());
        assertThat(found.contains(place.ring(), place.slot()))
            .as(
                "%s in %s to %s",
                place, Arrays.toString(range.begin()), Arrays.toString(range.end()))
            .isEqualTo(range.contains(key));
      }
    }
  }

  /** A key, maybe cut, lengthened or with a byte changed. */
  private static byte[] bound(Random random) {
    byte[] key =
        RingSpace.key(RINGS[random.nextInt(RINGS.length)], SLOTS[random.nextInt(SLOTS.length)]);
    switch (random.nextInt(5)) {
      case 0 -> key = Arrays.copyOf(key, random.nextInt(key.length + 1));
      case 1 -> key = Arrays.copyOf(key, key.length + 1 + random.nextInt(3));
      case 2 -> key[random.nextInt(key.length)] = (byte) random.nextInt(256);
      case 3 -> key[random.nextInt(key.length)]++;
      default -> {}
    }
    return key;
  }
}
