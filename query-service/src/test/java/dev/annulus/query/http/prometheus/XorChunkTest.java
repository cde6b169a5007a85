package dev.annulus.query.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written can be read by the description of the format. */
class XorChunkTest {
  private record Sample(long time, long bits) {}

  @Test
  void theFirstSamplesAreAsDescribed() {
    XorChunk chunk = new XorChunk();
    chunk.add(1, 1.0);
    chunk.add(3, 1.0);
    chunk.add(5, 1.0);

    // Three samples; zigzag(1), 1.0; 2, the same value; the same delta, the same value.
    assertThat(HexFormat.of().formatHex(chunk.toBytes()))
        .isEqualTo("0003" + "02" + "3ff0000000000000" + "02" + "00");
    assertThat(chunk.firstTime()).isEqualTo(1);
    assertThat(chunk.lastTime()).isEqualTo(5);
  }

  @Test
  void anySamplesCanBeReadAgain() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    long[] steps = {1, 8_191, 8_193, 65_537, 600_000, 1L << 33, 1L << 45};
    for (int round = 0; round < 300; round++) {
      List<Sample> samples = new ArrayList<>();
      XorChunk chunk = new XorChunk();
      long time = random.nextLong() >> 20;
      double value = random.nextGaussian();
      long step = steps[random.nextInt(steps.length)];
      while (!chunk.isFull()) {
        value = next(value, random);
        samples.add(new Sample(time, Double.doubleToRawLongBits(value)));
        chunk.add(time, value);
        time += 1 + (random.nextBoolean() ? step : random.nextLong(step));
      }

      assertThat(new Reader(chunk.toBytes()).samples()).as("seed %d", seed).isEqualTo(samples);
    }
  }

  private static double next(double value, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> value;
      case 1 -> value + 1;
      case 2 -> random.nextInt(100);
      case 3 -> Double.longBitsToDouble(random.nextLong());
      case 4 -> Double.longBitsToDouble(0x7ff0000000000002L);
      default -> -value;
    };
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at = 16;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    List<Sample> samples() {
      List<Sample> samples = new ArrayList<>();
      int count = ((bytes[0] & 255) << 8) | (bytes[1] & 255);
      long zigzag = varint();
      long time = (zigzag >>> 1) ^ -(zigzag & 1);
      long value = bits(64);
      long delta = 0;
      int leading = 0;
      int length = 0;
      samples.add(new Sample(time, value));
      for (int i = 1; i < count; i++) {
        delta = i == 1 ? varint() : delta + deltaOfDelta();
        time += delta;
        if (bits(1) == 1) {
          if (bits(1) == 1) {
            leading = (int) bits(5);
            length = (int) bits(6);
            length = length == 0 ? 64 : length;
          }
          value ^= bits(length) << (64 - leading - length);
        }
        samples.add(new Sample(time, value));
      }
      return samples;
    }

    private long deltaOfDelta() {
      if (bits(1) == 0) {
        return 0;
      }
      for (int width : new int[] {14, 17, 20}) {
        if (bits(1) == 0) {
          long change = bits(width);
          return change > 1L << (width - 1) ? change - (1L << width) : change;
        }
      }
      return bits(64);
    }

    private long varint() {
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        long part = bits(8);
        number |= (part & 127) << shift;
        if (part < 128) {
          return number;
        }
      }
    }

    private long bits(int width) {
      long number = 0;
      for (int i = 0; i < width; i++, at++) {
        number = (number << 1) | ((bytes[at >> 3] >> (7 - (at & 7))) & 1);
      }
      return number;
    }
  }
}
