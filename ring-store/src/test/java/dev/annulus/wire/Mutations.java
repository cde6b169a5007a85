package dev.annulus.wire;

import java.util.Arrays;
import java.util.Random;

/** Damages bytes the way networks, disks and attackers do. */
final class Mutations {
  private Mutations() {}

  static byte[] of(byte[] bytes, byte[] other, long seed) {
    Random random = new Random(seed);
    byte[] mutated = bytes.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      mutated = one(mutated, other, random);
    }
    return mutated;
  }

  private static byte[] one(byte[] bytes, byte[] other, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int length = random.nextInt(bytes.length - at + 1);
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> joined(bytes, at, new byte[] {(byte) random.nextInt()}, at);
      case 2 -> joined(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
      case 3 -> joined(bytes, at, new byte[0], at + length);
      default -> joined(bytes, at, Arrays.copyOfRange(other, 0, other.length / 2), at);
    };
  }

  /** The first part of bytes, something between, and the rest from an offset on. */
  private static byte[] joined(byte[] bytes, int end, byte[] between, int from) {
    byte[] result = Arrays.copyOf(bytes, end + between.length + bytes.length - from);
    System.arraycopy(between, 0, result, end, between.length);
    System.arraycopy(bytes, from, result, end + between.length, bytes.length - from);
    return result;
  }
}
