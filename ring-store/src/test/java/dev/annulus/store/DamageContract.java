package dev.annulus.store;

import static dev.annulus.store.StoreContract.clear;
import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.StoreException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** What is damaged, foreign or of a later version is reported. */
interface DamageContract extends StoreContract {

  @Test
  default void aDamagedRecordIsReportedNotGuessed() {
    fixture().write(gauge("m", 1, 10), 1, 1);
    fixture().write(counter("c"), 1, 1);
    long id = fixture().id("m");
    Keys keys = new Keys(prefix());
    set(keys.counter(fixture().id("c")), new byte[5]);
    assertCorrupt(() -> fixture().counterState("c"), "counter state");
    set(keys.metric(id), new byte[] {0x33});
    assertCorrupt(() -> fixture().store.registry().get(id).join(), "metric " + id);
    set(keys.dashboard("d"), new byte[] {0x33});
    assertCorrupt(() -> fixture().store.dashboards().get("d").join(), "dashboard d");
  }

  @Test
  default void aDamagedBlockIsReportedNotGuessed() {
    byte[] other = otherPrefix();
    BlockConfig inBlocks = BlockConfig.DEFAULT.withSlotsPerBlock(BlockConfig.BLOCK);
    try (StoreFixture damaged = new StoreFixture(openEngine(), other, inBlocks)) {
      damaged.write(gauge("m", 1, 10), 1, 1);
      damaged.store.flush().join();
      set(new Keys(other).blocks(damaged.id("m")).slot(0), new byte[] {0x33});
      assertCorrupt(() -> damaged.ring("m"), "a block");
    } finally {
      openEngine().write(tx -> clear(tx, KeyRange.startingWith(other))).join();
    }
  }

  @Test
  default void aDamagedSlotIsReportedNotGuessed() {
    byte[] other = otherPrefix();
    BlockConfig inSlots = BlockConfig.DEFAULT.withSlotsPerBlock(1);
    try (StoreFixture damaged = new StoreFixture(openEngine(), other, inSlots)) {
      damaged.write(gauge("m", 1, 10), 1, 1);
      set(new Keys(other).ring(damaged.id("m")).slot(3), new byte[] {1, 2, 3});
      assertCorrupt(() -> damaged.ring("m"), "sample record");
    } finally {
      openEngine().write(tx -> clear(tx, KeyRange.startingWith(other))).join();
    }
  }

  private static byte[] otherPrefix() {
    int random = ThreadLocalRandom.current().nextInt();
    return ByteBuffer.allocate(5).put((byte) 0x70).putInt(random).array();
  }

  @Test
  default void aKeySpaceOfSomethingElseIsRefused() {
    byte[] other = otherPrefix();
    set(KeyRange.next(other), new byte[] {1});
    try {
      assertThatThrownBy(() -> new StoreFixture(openEngine(), other))
          .hasRootCauseInstanceOf(StoreException.class)
          .hasMessageContaining("holds foreign data");
    } finally {
      openEngine().write(tx -> clear(tx, KeyRange.startingWith(other))).join();
    }
  }

  @Test
  default void aLayoutOfTheFutureIsRefused() {
    set(new Keys(prefix()).format(), com.apple.foundationdb.tuple.Tuple.from(3).pack());
    assertThatThrownBy(() -> new StoreFixture(openEngine(), prefix()))
        .hasRootCauseInstanceOf(StoreException.class)
        .hasMessageContaining("layout version 3");
  }

  private void assertCorrupt(Runnable read, String what) {
    assertThatThrownBy(read::run)
        .cause()
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT);
              assertThat(e).hasMessageContaining(what);
            });
  }
}
