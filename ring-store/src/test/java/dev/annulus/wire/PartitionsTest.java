package dev.annulus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionsTest {

  /** What Kafka's own {@code Utils.murmur2} gives, which the gateway's tests compare too. */
  @Test
  void seriesGoWhereKafkasDefaultPartitionerPutsThem() {
    assertThat(Partitions.of("21", 1000)).isEqualTo((-973932308 & Integer.MAX_VALUE) % 1000);
    assertThat(Partitions.of("foobar", 1000)).isEqualTo((-790332482 & Integer.MAX_VALUE) % 1000);
    assertThat(Partitions.of("a-little-bit-long-string", 1000))
        .isEqualTo((-985981536 & Integer.MAX_VALUE) % 1000);
  }
}
