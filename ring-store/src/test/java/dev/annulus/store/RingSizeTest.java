package dev.annulus.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingSizeTest {
  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "255,256", "256,257", "65536,70000", "4294967297,3600"})
  void aRingTakesWhatItsKeysAndRecordsTake(long ringId, int slots) {
    byte[] prefix = {7, 7, 7};
    RingKeys keys = new Keys(prefix).ring(ringId);
    long bytes = 0;
    for (int slot = 0; slot < slots; slot++) {
      bytes += keys.slot(slot).length + SampleRecord.BYTES;
    }
    assertThat(RingSize.bytes(ringId, slots, prefix.length)).isEqualTo(bytes);
  }
}
