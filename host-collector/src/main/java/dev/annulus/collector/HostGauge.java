package dev.annulus.collector;

/** A gauge of the host; bounds are inclusive. */
public enum HostGauge {
  CPU_PERCENT("cpu_percent", 100),
  LOAD_AVG_1M("load_avg_1m", Double.MAX_VALUE),
  MEM_USED_PERCENT("mem_used_percent", 100),
  DISK_USED_PERCENT("disk_used_percent", 100);

  private final String metricName;
  private final double max;

  HostGauge(String metricName, double max) {
    this.metricName = metricName;
    this.max = max;
  }

  public String metricName() {
    return metricName;
  }

  /** Whether a value lies between zero and this gauge's upper bound; false for NaN. */
  public boolean allows(double value) {
    return value >= 0 && value <= max;
  }
}
