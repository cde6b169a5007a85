package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the files of the embedded engine, and converts what an earlier version has written. */
public final class EmbeddedStore {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private EmbeddedStore() {}

  /**
   * Opens a database; creates it if the directory is empty. If an earlier version has written it,
   * its slots are first moved into layout 2, which may take minutes and is gone on with if the
   * process ends meanwhile. A database behind a key prefix keeps its layout.
   *
   * @throws StoreException {@code UNUSABLE} if another process has it open or it is not an Annulus
   *     store, {@code CORRUPT} if its files are damaged, {@code FULL} if the conversion lacks space
   */
  public static EmbeddedEngine open(EmbeddedConfig config) {
    EmbeddedEngine engine = EmbeddedEngine.open(config);
    try {
      convert(engine, config);
      return engine;
    } catch (RuntimeException | Error e) {
      engine.close();
      if (StoreException.unwrap(e) instanceof StoreException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static void convert(EmbeddedEngine engine, EmbeddedConfig config) {
    Keys keys = new Keys(StoreConfig.DEFAULT.keyPrefix());
    FormerRings former = new FormerRings(engine, keys);
    byte[] format = engine.read(tx -> tx.get(keys.format())).join();
    if (format != null && Tuple.fromBytes(format).getLong(0) < RingStore.BLOCK_LAYOUT) {
      LOG.atInfo()
          .addKeyValue("directory", config.directory())
          .log("converting the store to layout 2; it must not be opened by an earlier version now");
      LayoutConversion.Progress done =
          new LayoutConversion(engine, StoreConfig.DEFAULT, former).run(reporter());
      LOG.atInfo()
          .addKeyValue("directory", config.directory())
          .addKeyValue("metrics", done.metrics())
          .addKeyValue("slots", done.slots())
          .log("converted the store to layout 2");
    } else if (former.exist()) {
      if (!former.areEmpty()) {
        throw new StoreException(
            Kind.UNUSABLE,
            "the store " + config.directory() + " has rings of an earlier version but no metrics");
      }
      former.move(slots -> {});
    }
  }

  private static Consumer<LayoutConversion.Progress> reporter() {
    long[] next = {System.nanoTime() + REPORT_NANOS};
    return progress -> {
      if (System.nanoTime() - next[0] >= 0) {
        next[0] = System.nanoTime() + REPORT_NANOS;
        LOG.atInfo()
            .addKeyValue("metrics", progress.metrics())
            .addKeyValue("slots", progress.slots())
            .log("converting the store to layout 2");
      }
    };
  }
}
