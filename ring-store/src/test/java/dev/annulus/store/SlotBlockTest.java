package dev.annulus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlotBlockTest {
  private static final int VALUE_BYTES = 3 * Long.BYTES;

  @ParameterizedTest
  @MethodSource("dev.annulus.model.Seeds#fresh")
  void whatIsEncodedIsReadBack(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[][] values = new byte[SlotBlock.SLOTS][];
      SlotBlock block = new SlotBlock();
      for (int place = 0; place < SlotBlock.SLOTS; place++) {
        if (random.nextInt(4) != 0) {
          values[place] = anyValue(random);
          merge(block, place, values[place]);
        }
      }
      assertHolds(recoded(block), values);
    }
  }

  @Test
  void theBytesOnDiskStayWhatTheyWere() {
    SlotBlock one = new SlotBlock();
    merge(one, 7, sample(1_700_000_000, 5L << 16, 37.5));
    assertThat(HexFormat.of().formatHex(encoded(one))).isEqualTo("0780c49fd50c808028534042c0");
    SlotBlock some = new SlotBlock();
    merge(some, 0, sample(1_700_000_000, 5L << 16, 1));
    merge(some, 1, sample(1_700_000_010, 6L << 16, 1));
    merge(some, 3, sample(1_700_000_030, 7L << 16 | 2, -0.1));
    assertThat(HexFormat.of().formatHex(encoded(some)))
        .isEqualTo("210000000b80c49fd50c1414808028808008848008623ff00008804999999999999a");
    SlotBlock all = filled(i -> sample(1_700_000_000 + i, i, 0));
    assertThat(HexFormat.of().formatHex(encoded(all)))
        .isEqualTo(
            "2080c49fd50c0200000000000000000000000000000000000000000000000000000000000000020202020202020202020202020202020202020202020202020202020202020000000000000000000000000000000000000000000000000000000000000000");
  }

  @Test
  void wholeSecondsInMillisecondsTakeTheBytesOfSeconds() {
    SlotBlock seconds = filled(i -> sample(1_700_000_000 + 10L * i, i, i));
    SlotBlock millis = filled(i -> sample((1_700_000_000 + 10L * i) * 1_000, i, i));
    byte[] target = new byte[SlotBlock.MAX_BYTES];
    byte[] encoded = Arrays.copyOf(target, millis.encodeMillis(target, 0));
    assertThat(encoded).isEqualTo(encoded(seconds));
    assertThat(millis.first(3)).as("after encoding").isEqualTo(1_700_000_030_000L);
    SlotBlock read = new SlotBlock();
    read.decodeMillis(encoded);
    assertThat(encoded(read)).isEqualTo(encoded(millis));
  }

  @Test
  void timesBetweenSecondsAreKeptAndMarked() {
    SlotBlock block = new SlotBlock();
    merge(block, 7, sample(1_700_000_000_001L, 5L << 16, 37.5));
    byte[] target = new byte[SlotBlock.MAX_BYTES];
    byte[] encoded = Arrays.copyOf(target, block.encodeMillis(target, 0));
    assertThat(HexFormat.of().formatHex(encoded)).isEqualTo("4782a0abfef962808028534042c0");
    SlotBlock read = new SlotBlock();
    read.decodeMillis(encoded);
    assertThat(encoded(read)).isEqualTo(encoded(block));
  }

  @Test
  void samplesOneStepApartTakeFewBytes() {
    SlotBlock block =
        filled(i -> sample(1_700_000_000 + 10L * i, (5_000L + i) << 16, i % 7 == 0 ? 12.5 : 40));
    assertThat(encoded(block).length).isLessThan(SlotBlock.SLOTS * 8);
  }

  @Test
  void theWorstValuesFit() {
    Random random = new Random(1);
    SlotBlock block =
        filled(
            i -> {
              byte[] value = new byte[VALUE_BYTES];
              random.nextBytes(value);
              return value;
            });
    assertThat(encoded(block).length).isLessThanOrEqualTo(SlotBlock.MAX_BYTES);
  }

  @ParameterizedTest
  @MethodSource("dev.annulus.model.Seeds#fresh")
  void aSlotKeepsTheLargerValueAsUnsignedBytes(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      byte[] one = anyValue(random);
      byte[] other = random.nextBoolean() ? anyValue(random) : one.clone();
      other[random.nextInt(other.length)]++;
      SlotBlock block = new SlotBlock();
      merge(block, 3, one);
      SlotBlock more = new SlotBlock();
      merge(more, 3, other);
      block.merge(more, -1);
      assertThat(value(block, 3)).isEqualTo(Arrays.compareUnsigned(one, other) >= 0 ? one : other);
    }
  }

  @Test
  void aCutOrLengthenedBlockIsCorrupt() {
    byte[] whole = encoded(filled(i -> sample(1_700_000_000 + i, i, i)));
    for (int length : new int[] {4, whole.length - 1, whole.length + 1}) {
      byte[] damaged = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> new SlotBlock().decode(damaged, 0, damaged.length))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
    }
  }

  private static void merge(SlotBlock block, int place, byte[] value) {
    ByteBuffer numbers = ByteBuffer.wrap(value);
    block.merge(place, numbers.getLong(), numbers.getLong(), numbers.getLong());
  }

  private static byte[] value(SlotBlock block, int place) {
    return ByteBuffer.allocate(VALUE_BYTES)
        .putLong(block.first(place))
        .putLong(block.second(place))
        .putLong(block.third(place))
        .array();
  }

  private static SlotBlock filled(IntFunction<byte[]> values) {
    SlotBlock block = new SlotBlock();
    for (int place = 0; place < SlotBlock.SLOTS; place++) {
      merge(block, place, values.apply(place));
    }
    return block;
  }

  private static byte[] sample(long ts, long sequence, double value) {
    return ByteBuffer.allocate(VALUE_BYTES).putLong(ts).putLong(sequence).putDouble(value).array();
  }

  private static byte[] anyValue(Random random) {
    if (random.nextInt(3) == 0) {
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      return value;
    }
    return sample(1_700_000_000 + random.nextInt(100), random.nextInt(3), random.nextInt(1000));
  }

  private static byte[] encoded(SlotBlock block) {
    byte[] bytes = new byte[SlotBlock.MAX_BYTES + 5];
    int end = block.encode(bytes, 5);
    return Arrays.copyOfRange(bytes, 5, end);
  }

  private static SlotBlock recoded(SlotBlock block) {
    byte[] encoded = encoded(block);
    SlotBlock read = new SlotBlock();
    read.decode(encoded, 0, encoded.length);
    return read;
  }

  private static void assertHolds(SlotBlock block, byte[][] values) {
    for (int place = 0; place < SlotBlock.SLOTS; place++) {
      boolean present = (block.present() & 1 << place) != 0;
      assertThat(present).isEqualTo(values[place] != null);
      if (present) {
        assertThat(value(block, place)).isEqualTo(values[place]);
      }
    }
  }
}
