package dev.annulus.query.sql.plan;

import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;

/** Applies rules until none applies, asking before each whether it may go on. */
final class CheckedHepPlanner extends HepPlanner {
  private final Runnable check;

  CheckedHepPlanner(HepProgram program, Runnable check) {
    super(program);
    this.check = check;
  }

  @Override
  public void checkCancel() {
    check.run();
  }
}
