package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.UpgradableEngine;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts what an earlier version has written to layout 2. */
public final class StoreUpgrade {
  private static final Logger LOG = LoggerFactory.getLogger(StoreUpgrade.class);
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private StoreUpgrade() {}

  /**
   * Converts a database, if it needs it. May be interrupted anywhere and run again. Blocking;
   * nobody else may use the database meanwhile.
   *
   * @param directory for messages
   * @throws StoreException {@code UNUSABLE} if it is not an Annulus store, {@code FULL} if the
   *     conversion lacks space
   */
  public static void run(UpgradableEngine engine, Path directory) {
    Keys keys = new Keys(StoreConfig.DEFAULT.keyPrefix());
    FormerRings former = new FormerRings(engine, keys);
    byte[] format = engine.read(tx -> tx.get(keys.format())).join();
    if (format != null && Tuple.fromBytes(format).getLong(0) < RingStore.BLOCK_LAYOUT) {
      LOG.atInfo()
          .addKeyValue("directory", directory)
          .log("converting the store to layout 2; it must not be opened by an earlier version now");
      LayoutConversion.Progress done =
          new LayoutConversion(engine, StoreConfig.DEFAULT, former).run(reporter());
      LOG.atInfo()
          .addKeyValue("directory", directory)
          .addKeyValue("metrics", done.metrics())
          .addKeyValue("slots", done.slots())
          .log("converted the store to layout 2");
    } else if (former.exist()) {
      if (!former.areEmpty()) {
        throw new StoreException(
            Kind.UNUSABLE,
            "the store " + directory + " has rings of an earlier version but no metrics");
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
