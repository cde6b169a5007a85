package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.wire.SourceHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourceTest {
  @ParameterizedTest
  @EnumSource
  void theSinkKnowsEverySource(Source source) {
    assertThat(SourceHeader.of(source.label())).isEqualTo(source.label());
  }
}
