package dev.annulus.query;

import dev.annulus.query.sql.plan.PlanMeter;
import dev.annulus.query.sql.plan.PlanMeter.Phase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Shows what planning costs. */
final class SqlMeters {
  private SqlMeters() {}

  static void bind(PlanMeter planning, MeterRegistry metrics) {
    FunctionCounter.builder("annulus.sql.plans", planning, PlanMeter::hits)
        .tag("cached", "true")
        .description("Queries by whether their plan was ready")
        .register(metrics);
    FunctionCounter.builder("annulus.sql.plans", planning, PlanMeter::misses)
        .tag("cached", "false")
        .description("Queries by whether their plan was ready")
        .register(metrics);
    for (Phase phase : Phase.values()) {
      FunctionCounter.builder("annulus.sql.planning", planning, meter -> meter.seconds(phase))
          .tag("phase", phase.name().toLowerCase(Locale.ROOT))
          .baseUnit("seconds")
          .description("Time spent on making plans")
          .register(metrics);
    }
  }
}
