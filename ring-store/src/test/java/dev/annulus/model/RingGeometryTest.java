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
    assertThat(ring.slot(ts + ring.lapSeconds())).as("a lap later").isEqualTo(ring.slot(ts));
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
    RingGeometry minutes = new RingGeometry(60, 10);
    assertThat(minutes.slot(0)).isZero();
    assertThat(minutes.slot(59)).isZero();
    assertThat(minutes.slot(60)).isEqualTo(1);
    assertThat(minutes.slot(599)).isEqualTo(9);
    assertThat(minutes.slot(600)).isZero();
    assertThat(minutes.slot(-1)).isEqualTo(9);
  }

  @Test
  void aRingNeedsAStepAndASlot() {
    assertThatThrownBy(() -> new RingGeometry(0, 1)).hasMessageContaining("step");
    assertThatThrownBy(() -> new RingGeometry(1, 0)).hasMessageContaining("slots");
  }
}
