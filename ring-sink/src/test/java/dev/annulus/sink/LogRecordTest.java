package dev.annulus.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.junit.jupiter.api.Test;

class LogRecordTest {

  @Test
  void flinkNeedsNoKryoForIt() {
    assertThat(new LogRecordReader().getProducedType()).isInstanceOf(PojoTypeInfo.class);
  }
}
