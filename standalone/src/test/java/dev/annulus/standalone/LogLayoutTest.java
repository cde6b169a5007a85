package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.broker.LogSegment;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LogLayoutTest {
  private static final LogLayout THREE =
      new LogLayout(
          List.of(new LogSegment(0, 100), new LogSegment(10, 100), new LogSegment(20, 50)), 25);

  @Test
  void bytesAreSpreadEvenlyWithinASegment() {
    assertThat(THREE.bytesFrom(0)).isEqualTo(250);
    assertThat(THREE.bytesFrom(5)).isEqualTo(200);
    assertThat(THREE.bytesFrom(20)).isEqualTo(50);
    assertThat(THREE.bytesFrom(25)).isZero();
    assertThat(new LogLayout(List.of(), 0).bytesFrom(0)).isZero();
  }

  @Test
  void whatIsNotStoredIsNeverTrimmable() {
    assertThat(THREE.trimmable(0, 0)).isZero();
    assertThat(THREE.trimmable(19, 0)).isEqualTo(10);
    assertThat(THREE.trimmable(25, 0)).isEqualTo(20);
    assertThat(THREE.trimmable(25, 51)).isEqualTo(10);
    assertThat(THREE.trimmable(25, 251)).isZero();
  }

  @Property
  void trimmingKeepsTheTailAndEverythingNotStored(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 1000) Integer> counts,
      @ForAll @IntRange(max = 20_000) int appliedAt,
      @ForAll @IntRange(max = 5_000) int keep) {
    List<LogSegment> segments = new ArrayList<>();
    long next = 0;
    for (int count : counts) {
      segments.add(new LogSegment(next, 3L * count));
      next += count;
    }
    LogLayout layout = new LogLayout(segments, next);
    long applied = Math.min(appliedAt, next);
    long offset = layout.trimmable(applied, keep);
    assertThat(offset).isLessThanOrEqualTo(applied);
    if (offset > 0) {
      assertThat(3 * (applied - offset)).isGreaterThanOrEqualTo(keep - 1);
    }
    assertThat(layout.bytesFrom(applied)).isBetween(3 * (next - applied) - 1, 3 * (next - applied));
  }
}
