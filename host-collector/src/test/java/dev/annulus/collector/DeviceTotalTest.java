package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceTotalTest {
  private final DeviceTotal total = new DeviceTotal();

  @Test
  void isEmptyUntilThereIsADevice() {
    total.add(Map.of());
    assertThat(total.value()).isEmpty();

    total.add(Map.of("sda", 0L));
    assertThat(total.value()).hasValue(0);
  }

  @Test
  void addsWhatEachDeviceGained() {
    total.add(Map.of("sda", 100L, "sdb", 10L));
    total.add(Map.of("sda", 150L, "sdb", 11L));

    assertThat(total.value()).hasValue(161);
  }

  @Test
  void doesNotShrinkWhenADeviceGoesAndCountsItOnceWhenItComesBack() {
    total.add(Map.of("eth0", 100L, "veth1", 50L));
    total.add(Map.of("eth0", 101L));
    assertThat(total.value()).hasValue(151);

    total.add(Map.of("eth0", 101L, "veth1", 60L));
    assertThat(total.value()).hasValue(161);
  }

  @Test
  void takesASmallerCountAsANewStart() {
    total.add(Map.of("eth0", 100L));
    total.add(Map.of("eth0", 7L));

    assertThat(total.value()).hasValue(107);
  }

  @Test
  void remembersABoundedNumberOfDevices() {
    for (int i = 0; i < 10_001; i++) {
      total.add(Map.of("veth" + i, 1L));
    }
    // The first is forgotten, and therefore new.
    total.add(Map.of("veth0", 1L));

    assertThat(total.value()).hasValue(10_002);
  }
}
