package dev.annulus.store;

import dev.annulus.model.MetricIds;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Samples around every limit, of letters that take one to four bytes. Not thread-safe. */
final class RandomSamples {
  /** Epoch seconds. */
  static final long NOW = 1_800_000_000L;

  private static final SampleRules RULES = SampleRules.DEFAULT;

  private static final long MOST_MILLIS = Times.millis(RULES.maxStep());

  private final Random random;

  RandomSamples(long seed) {
    this.random = new Random(seed);
    System.out.println("random samples: seed " + seed);
  }

  Sample sample() {
    MetricType type = random.nextBoolean() ? MetricType.GAUGE : MetricType.COUNTER;
    boolean delta = type == MetricType.COUNTER && random.nextBoolean();
    SeriesSpec spec =
        new SeriesSpec(
            random.nextInt(10) == 0 ? (Long) random.nextLong(MetricIds.MAX + 1) : null,
            key(),
            type,
            oneOf(null, null, 1_000L, 1 + random.nextLong(MOST_MILLIS), MOST_MILLIS),
            oneOf(null, null, 1, 1 + random.nextInt(RULES.maxSlots()), RULES.maxSlots()),
            delta ? Temporality.DELTA : Temporality.ABSOLUTE,
            random.nextBoolean());
    long ts = oneOf(0L, 1L, NOW, NOW + 600, random.nextLong(NOW));
    double value =
        oneOf(
            0.0,
            -0.0,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            (double) random.nextLong(),
            random.nextGaussian(),
            Double.longBitsToDouble(random.nextLong()));
    return new Sample(spec, Times.millis(ts) + oneOf(0, random.nextInt(1_000)), value);
  }

  private SeriesKey key() {
    Map<String, String> tags = new HashMap<>();
    int count = oneOf(0, 1, 5, RULES.maxTags(), random.nextInt(RULES.maxTags() + 2));
    // Half of them use the whole room that a series has.
    int room = RULES.maxSeriesBytes() / Math.max(1, count) - 4;
    for (int i = 0; i < count; i++) {
      String key = i + text(random.nextInt(20));
      int bytes = random.nextBoolean() ? random.nextInt(30) : room - 60 + random.nextInt(70);
      tags.put(key, text(Math.min(bytes, RULES.maxTagValueBytes() + 1)));
    }
    return SeriesKey.of(text(oneOf(1, 10, RULES.maxNameBytes(), RULES.maxNameBytes() + 1)), tags);
  }

  /** A text of about so many bytes. */
  private String text(int bytes) {
    StringBuilder text = new StringBuilder();
    int alphabet = random.nextInt(5);
    for (int left = bytes; left > 0; ) {
      int letter =
          switch (alphabet) {
            case 0 -> 'a' + random.nextInt(26);
            case 1 -> 0xC0 + random.nextInt(0x500);
            case 2 -> 0x4E00 + random.nextInt(0x5000);
            case 3 -> 0x1F300 + random.nextInt(0x200);
            default -> oneOf((int) '"', (int) '\\', (int) '\'', 0xFFFD, 0xFFFF, 0x10FFFF, 0x7E);
          };
      text.appendCodePoint(letter);
      left -= letter < 0x80 ? 1 : letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
    }
    return text.toString();
  }

  @SafeVarargs
  private <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
