package dev.annulus.kv.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingChangesTest {
  @Test
  void theBytesOfTheJournalStayWhatTheyWere() {
    RingChanges.Builder changes = new RingChanges.Builder(2);
    changes.clear(new RingSlot.Range(new RingSlot(3, 0), new RingSlot(4, 5)));
    changes.merge(300, 40, sample(1_700_000_000, 1.5));
    changes.merge(7, 1, sample(1_700_000_001, 2.5));
    byte[] encoded = changes.build().encode();
    assertThat(HexFormat.of().formatHex(encoded))
        .isEqualTo("0101030004050207000182c49fd50c12624004a502010880c49fd50c12623ff8");
    RingChanges read = RingChanges.decode(encoded);
    assertThat(read.encode()).isEqualTo(encoded);
    assertThat(read.run().slots()).isEqualTo(2);
    assertThat(read.cleared())
        .isEqualTo(List.of(new RingSlot.Range(new RingSlot(3, 0), new RingSlot(4, 5))));
  }

  @Test
  void whatIsClearedLaterIsNotMerged() {
    RingChanges.Builder builder = new RingChanges.Builder(2);
    builder.merge(1, 1, sample(1, 1));
    builder.merge(1, 2, sample(1, 1));
    builder.clear(new RingSlot.Range(new RingSlot(1, 1), new RingSlot(1, 2)));
    RingChanges changes = builder.build();
    assertThat(changes.run().slots()).isEqualTo(1);
    assertThat(changes.cleared()).hasSize(1);
    assertThat(new RingChanges.Builder(0).build().isEmpty()).isTrue();
  }

  @Test
  void aCutEntryIsCorrupt() {
    RingChanges.Builder changes = new RingChanges.Builder(1);
    changes.merge(1, 1, sample(1_700_000_000, 1.5));
    byte[] encoded = changes.build().encode();
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> RingChanges.decode(cut))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
    }
    encoded[0] = 9;
    assertThatThrownBy(() -> RingChanges.decode(encoded)).hasMessageContaining("format 9");
  }

  private static byte[] sample(long ts, double value) {
    return ByteBuffer.allocate(RingSpace.VALUE_BYTES)
        .putLong(ts)
        .putLong(9)
        .putDouble(value)
        .array();
  }
}
