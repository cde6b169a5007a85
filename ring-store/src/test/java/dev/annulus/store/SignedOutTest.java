package dev.annulus.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SignedOutTest {

  @Property(tries = 20)
  void whoHasSignedOutNeverGetsInAgain(
      @ForAll @IntRange(min = 1, max = 3 * SignedOut.MOST) int sessions,
      @ForAll @LongRange(min = 1, max = 5_000) long spread) {
    SignedOut ended = SignedOut.NONE;
    Map<String, Long> all = new HashMap<>();
    for (int i = 0; i < sessions; i++) {
      long expiry = 1_000 + i * 7_919L % spread;
      all.put("s" + i, expiry);
      ended = ended.with("s" + i, expiry, 999);
      assertThat(ended.sessions().size()).isLessThanOrEqualTo(SignedOut.MOST);
    }
    SignedOut last = SignedOut.decode(ended.encode());
    assertThat(all).allSatisfy((id, expiry) -> assertThat(last.has(id, expiry)).isTrue());
    assertThat(last.has("another", 1_000 + spread)).as("that ends last").isFalse();
  }

  @Test
  void whatHasExpiredIsForgotten() {
    SignedOut ended = SignedOut.NONE.with("a", 100, 50).with("b", 200, 150);
    assertThat(ended.sessions()).containsOnlyKeys("b");
    assertThat(ended.has("other", 100)).isFalse();
  }

  @Test
  void aFullOneFitsIntoAValueOfTheStore() {
    SignedOut ended = SignedOut.NONE;
    for (int i = 0; i < SignedOut.MOST; i++) {
      ended = ended.with("%016d".formatted(i), 1_000_000_000L + i, 0);
    }
    assertThat(ended.sessions()).hasSize(SignedOut.MOST);
    assertThat(ended.encode().length).isLessThan(50_000);
  }
}
