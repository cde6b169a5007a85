package dev.annulus.collector;

/** A byte counter, monotonic while the host and the probe run. */
public enum HostCounter {
  DISK_READ_BYTES("disk_read_bytes"),
  DISK_WRITE_BYTES("disk_write_bytes"),
  NET_BYTES_SENT("net_bytes_sent"),
  NET_BYTES_RECV("net_bytes_recv");

  private final String metricName;

  HostCounter(String metricName) {
    this.metricName = metricName;
  }

  public String metricName() {
    return metricName;
  }
}
