package dev.annulus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RingGeometryTest {

  @Property
  void aSlotIsTheWindowFoldedIntoTheRing(
      @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long ts,
      @ForAll @IntRange(min = 1) int step,
      @ForAll @IntRange(min = 1) int slots) {
    RingGeometry ring = new RingGeometry(step, slots);
    assertThat(ring.window(ts) * step).isBetween(ts - step + 1, ts);
    assertThat(ring.slot(ts)).isBetween(0, slots - 1);
    assertThat(ring.slot(ts + ring.lapMillis())).as("a lap later").isEqualTo(ring.slot(ts));
    if (slots > 1) {
      assertThat(ring.slot(ts + step)).as("a step later").isNotEqualTo(ring.slot(ts));
    }
  }

  @Property
  void whatIsKeptIsExactlyOneLap(
      @ForAll @LongRange(min = 0, max = 10_000_000_000L) long newest,
      @ForAll @IntRange(min = 1, max = 100_000) int step,
      @ForAll @IntRange(min = 1, max = 100_000) int slots) {
    RingGeometry ring = new RingGeometry(step, slots);
    long oldest = ring.oldestKept(newest);
    assertThat(ring.window(newest) - ring.window(oldest)).isEqualTo(slots - 1L);
    assertThat(ring.window(newest) - ring.window(oldest - 1)).isEqualTo(slots);
  }

  @Test
  void slotsOfKnownTimes() {
    RingGeometry minutes = RingGeometry.ofSeconds(60, 10);
    assertThat(minutes.slot(0)).isZero();
    assertThat(minutes.slot(59_999)).isZero();
    assertThat(minutes.slot(60_000)).isEqualTo(1);
    assertThat(minutes.slot(599_999)).isEqualTo(9);
    assertThat(minutes.slot(600_000)).isZero();
    assertThat(minutes.slot(-1)).isEqualTo(9);
  }

  @Property
  void wholeSecondsHaveTheSlotsTheyHadWhenStepsWereSeconds(
      @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long ts,
      @ForAll @IntRange(min = 1) int step,
      @ForAll @IntRange(min = 1) int slots) {
    RingGeometry ring = RingGeometry.ofSeconds(step, slots);
    long window = Math.floorDiv(ts, (long) step);
    assertThat(ring.slot(ts * 1_000)).isEqualTo((int) Math.floorMod(window, (long) slots));
    assertThat(ring.stepSeconds()).isEqualTo(step);
  }

  @Test
  void aStepFinerThanASecondIsRoundedUpWhereSecondsAreShown() {
    RingGeometry fine = new RingGeometry(200, 7);
    assertThat(fine.slot(1_399)).isEqualTo(6);
    assertThat(fine.slot(1_400)).isZero();
    assertThat(fine.stepSeconds()).isEqualTo(1);
    assertThat(fine.lapMillis()).isEqualTo(1_400);
    assertThat(fine.lapSeconds()).isEqualTo(2);
    assertThat(fine.inWholeSeconds()).isEqualTo(RingGeometry.ofSeconds(1, 7));
    assertThat(new RingGeometry(2_500, 2).stepSeconds()).isEqualTo(3);
  }

  @Test
  void aRingNeedsAStepAndASlot() {
    assertThatThrownBy(() -> new RingGeometry(0, 1)).hasMessageContaining("step");
    assertThatThrownBy(() -> new RingGeometry(1, 0)).hasMessageContaining("slots");
  }
}
