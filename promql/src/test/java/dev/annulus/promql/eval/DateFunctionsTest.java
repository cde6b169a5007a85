package dev.annulus.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.promql.parser.PromqlFunction;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DateFunctionsTest {
  private static final long FAR = 100_000_000_000_000L;

  @Property
  void areThoseOfTheJdk(@ForAll @LongRange(min = -FAR, max = FAR) long seconds) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);

    double at = (double) seconds;

    assertThat(part(PromqlFunction.MINUTE, at)).isEqualTo(time.getMinute());
    assertThat(part(PromqlFunction.HOUR, at)).isEqualTo(time.getHour());
    assertThat(part(PromqlFunction.DAY_OF_WEEK, at)).isEqualTo(time.getDayOfWeek().getValue() % 7);
    assertThat(part(PromqlFunction.DAY_OF_MONTH, at)).isEqualTo(time.getDayOfMonth());
    assertThat(part(PromqlFunction.DAY_OF_YEAR, at)).isEqualTo(time.getDayOfYear());
    assertThat(part(PromqlFunction.DAYS_IN_MONTH, at))
        .isEqualTo(time.toLocalDate().lengthOfMonth());
    assertThat(part(PromqlFunction.MONTH, at)).isEqualTo(time.getMonthValue());
    assertThat(part(PromqlFunction.YEAR, at)).isEqualTo(time.getYear());
  }

  @Test
  void whatIsNoTimeIsWhatPrometheusSays() {
    for (double value : new double[] {Double.NaN, 1e30, Double.NEGATIVE_INFINITY}) {
      assertThat(part(PromqlFunction.HOUR, value)).isEqualTo(15);
      assertThat(part(PromqlFunction.MONTH, value)).isEqualTo(12);
      assertThat(part(PromqlFunction.DAY_OF_WEEK, value)).isZero();
      assertThat(part(PromqlFunction.YEAR, value)).isEqualTo(292_277_026_596.0);
    }
  }

  private static double part(PromqlFunction function, double seconds) {
    return Objects.requireNonNull(DateFunctions.of(function)).applyAsDouble(seconds);
  }
}
