package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the store promises on every engine. */
public abstract class RingStoreContract
    implements SeriesContract,
        RingsContract,
        CountersContract,
        AcceptanceContract,
        DeletionContract,
        ChangeContract,
        DamageContract {
  private byte[] prefix = {};
  private KeyValueEngine engine;
  private StoreFixture fixture;
  private final List<StoreFixture> opened = new ArrayList<>();

  protected abstract KeyValueEngine engine();

  /** Closes the engine, or removes from a shared one what the test wrote. */
  protected abstract void release(KeyValueEngine used, KeyRange written);

  /** The prefix of this test's database: none, unless the engine is shared. */
  protected byte[] keyPrefix() {
    return new byte[0];
  }

  /** How the databases of these tests keep rings. */
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT;
  }

  @Override
  public StoreFixture open(KeyValueEngine on, byte[] withPrefix) {
    StoreFixture store = new StoreFixture(on, withPrefix, blocks());
    opened.add(store);
    return store;
  }

  @Override
  public StoreFixture fixture() {
    return fixture;
  }

  @Override
  public KeyValueEngine openEngine() {
    return engine;
  }

  @Override
  public byte[] prefix() {
    return prefix;
  }

  private KeyRange everything() {
    return prefix.length == 0
        ? new KeyRange(prefix, new byte[] {(byte) 0xFF})
        : KeyRange.startingWith(prefix);
  }

  @BeforeEach
  void openStore() {
    engine = engine();
    prefix = keyPrefix();
    fixture = open(engine, prefix);
  }

  @AfterEach
  void releaseEngine() {
    opened.forEach(StoreFixture::close);
    if (engine != null) {
      release(engine, everything());
    }
  }
}
