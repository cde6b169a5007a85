package dev.annulus.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.annulus.model.InvalidSampleException;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ClassicBucketsTest {

  @Property
  void boundsAreThePowersOfTheBaseAndCountsAddUp(
      @ForAll @IntRange(min = -2, max = 8) int scale,
      @ForAll @IntRange(min = -60, max = 60) int offset,
      @ForAll @Size(min = 1, max = 80) List<@LongRange(min = 1, max = 1000) Long> counts) {
    ClassicBuckets buckets =
        ClassicBuckets.of(
            ExponentialHistogramDataPoint.newBuilder()
                .setScale(scale)
                .setPositive(buckets(offset, counts))
                .build());
    double base = Math.pow(2, Math.pow(2, -scale));
    assertThat(buckets.size()).isEqualTo(counts.size());
    double total = 0;
    for (int i = 0; i < counts.size(); i++) {
      total += counts.get(i);
      double bound = Math.pow(base, offset + i + 1);
      assertThat(buckets.bound(i)).isCloseTo(bound, within(bound * 1e-12));
      assertThat(buckets.cumulative(i)).isEqualTo(total);
    }
    assertThat(buckets.total()).isEqualTo(total);
  }

  @Property
  void everyScaleAndOffsetGivesFewAscendingBoundsAndLosesNothing(
      @ForAll int scale,
      @ForAll int positiveOffset,
      @ForAll int negativeOffset,
      @ForAll @Size(max = 400) List<@LongRange(min = 0, max = 9) Long> positive,
      @ForAll @Size(max = 400) List<@LongRange(min = 0, max = 9) Long> negative,
      @ForAll @LongRange(min = 0, max = 5) long zeros,
      @ForAll @DoubleRange(min = 0, max = 2) double threshold) {
    ClassicBuckets buckets =
        ClassicBuckets.of(
            ExponentialHistogramDataPoint.newBuilder()
                .setScale(scale)
                .setZeroCount(zeros)
                .setZeroThreshold(threshold)
                .setPositive(buckets(positiveOffset, positive))
                .setNegative(buckets(negativeOffset, negative))
                .build());
    assertThat(buckets.size()).isLessThanOrEqualTo(ClassicBuckets.MAX_BUCKETS + 1);
    for (int i = 0; i < buckets.size(); i++) {
      assertThat(buckets.bound(i)).isFinite();
      if (i > 0) {
        assertThat(buckets.bound(i)).isGreaterThan(buckets.bound(i - 1));
        assertThat(buckets.cumulative(i)).isGreaterThanOrEqualTo(buckets.cumulative(i - 1));
      }
      assertThat(buckets.cumulative(i)).isLessThanOrEqualTo(buckets.total());
    }
    assertThat(buckets.total()).isEqualTo(zeros + sum(positive) + sum(negative));
  }

  @Property
  void everyValueIsCountedBelowTheBoundsAboveIt(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 6) int scale) {
    Random random = new Random(seed);
    double base = Math.pow(2, Math.pow(2, -scale));
    int width = 300;
    long[] positive = new long[width];
    double[] values = new double[200];
    for (int i = 0; i < values.length; i++) {
      int index = random.nextInt(width);
      positive[index]++;
      values[i] = Math.pow(base, index - 150 + 0.5); // the middle of bucket index - 150
    }
    Buckets.Builder buckets = Buckets.newBuilder().setOffset(-150);
    for (long count : positive) {
      buckets.addBucketCounts(count);
    }
    ClassicBuckets classic =
        ClassicBuckets.of(
            ExponentialHistogramDataPoint.newBuilder()
                .setScale(scale)
                .setPositive(buckets)
                .build());
    for (int i = 0; i < classic.size(); i++) {
      double below = 0;
      for (double value : values) {
        below += value <= classic.bound(i) ? 1 : 0;
      }
      assertThat(classic.cumulative(i)).isEqualTo(below);
    }
  }

  @Example
  void boundsBeyondTheRangeOfNumbersAreNone() {
    assertThat(ClassicBuckets.bound(1, -10)).isInfinite();
    assertThat(ClassicBuckets.bound(1, Integer.MIN_VALUE)).isInfinite();
    assertThat(ClassicBuckets.bound(-1, Integer.MIN_VALUE)).isZero();
    assertThat(ClassicBuckets.bound(Integer.MAX_VALUE, 0)).isInfinite();
    assertThat(ClassicBuckets.bound(Integer.MIN_VALUE, 20)).isZero();
    assertThat(ClassicBuckets.bound(5, Integer.MAX_VALUE)).isEqualTo(1);
    assertThat(ClassicBuckets.bound(-5, 62)).isEqualTo(1);
    assertThat(ClassicBuckets.bound(0, Integer.MIN_VALUE)).isEqualTo(1);
    assertThat(ClassicBuckets.bound(1023, 0)).isEqualTo(0x1p1023);
  }

  @Example
  void countsHaveNoSign() {
    assertThat(ClassicBuckets.unsigned(-1)).isEqualTo(0x1p64);
    assertThat(ClassicBuckets.unsigned(Long.MIN_VALUE)).isEqualTo(0x1p63);
  }

  @Example
  void aThresholdBelowZeroIsRefused() {
    for (double threshold : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(
              () ->
                  ClassicBuckets.of(
                      ExponentialHistogramDataPoint.newBuilder()
                          .setZeroThreshold(threshold)
                          .build()))
          .isInstanceOf(InvalidSampleException.class)
          .hasMessageContaining("zeroThreshold");
    }
  }

  private static Buckets buckets(int offset, List<Long> counts) {
    return Buckets.newBuilder().setOffset(offset).addAllBucketCounts(counts).build();
  }

  private static double sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
