package dev.annulus.query;

import dev.annulus.query.sql.plan.PlanMeter;
import dev.annulus.query.sql.plan.PlanMeter.Phase;
import dev.annulus.query.sql.plan.SqlEngine;
import dev.annulus.query.sql.run.QueryMemory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Shows what planning costs, and what queries hold. */
final class SqlMeters {
  private SqlMeters() {}

  static void bind(SqlEngine engine, MeterRegistry metrics) {
    bind(engine.planning(), metrics);
    Gauge.builder("annulus.queries.memory", engine.memory(), QueryMemory::used)
        .baseUnit("bytes")
        .description("Memory that queries hold")
        .register(metrics);
    Gauge.builder("annulus.queries.memory.max", engine.memory(), QueryMemory::most)
        .baseUnit("bytes")
        .description("Memory that all queries together may hold")
        .register(metrics);
  }

  private static void bind(PlanMeter planning, MeterRegistry metrics) {
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
