package dev.annulus.collector;

class FakeProbeTest extends HostProbeContract {

  @Override
  HostProbe probe() {
    return new FakeProbe();
  }
}
