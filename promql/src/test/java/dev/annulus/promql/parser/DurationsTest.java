package dev.annulus.promql.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DurationsTest {

  @Test
  void readsUnitsInOrder() {
    assertThat(Durations.parseMillis("1h30m5s7ms")).isEqualTo(5_405_007);
    assertThat(Durations.parseMillis("1y2w3d")).isEqualTo((365 + 14 + 3) * 86_400_000L);
    assertThat(Durations.parseMillis("0")).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parseMillis("5m1h"));
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parseMillis("5"));
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parseMillis(""));
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parseMillis("300y"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parseMillis("99999999999999999999d"));
  }

  @Property
  void whatIsWrittenReadsTheSame(
      @ForAll @LongRange(min = 0, max = 9_000_000_000_000L) long millis) {
    assertThat(Durations.parseMillis(Durations.format(millis))).isEqualTo(millis);
  }
}
