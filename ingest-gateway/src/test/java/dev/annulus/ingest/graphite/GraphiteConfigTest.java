package dev.annulus.ingest.graphite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphiteConfigTest {
  @ParameterizedTest
  @CsvSource({"2048, 64", "512, 64", "400, 50", "128, 16", "8, 2"})
  void connectionsFitTheHeap(long heapMiB, int connections) {
    assertThat(GraphiteConfig.connections(heapMiB << 20)).isEqualTo(connections);
  }
}
