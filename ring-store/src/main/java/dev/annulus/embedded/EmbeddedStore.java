package dev.annulus.embedded;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.store.StoreUpgrade;

/** Opens the files of the embedded engine, and converts what an earlier version has written. */
public final class EmbeddedStore {
  private EmbeddedStore() {}

  /**
   * Opens a database; creates it if the directory is empty. A database of an earlier version is
   * first converted to layout 2. That may take minutes, and continues at the next start if the
   * process ends before. A database behind a key prefix keeps its layout.
   *
   * @throws StoreException {@code UNUSABLE} if another process has it open or it is not an Annulus
   *     store, {@code CORRUPT} if its files are damaged, {@code FULL} if the conversion lacks space
   */
  public static EmbeddedEngine open(EmbeddedConfig config) {
    EmbeddedEngine engine = EmbeddedEngine.open(config);
    try {
      StoreUpgrade.run(engine, config.directory());
      return engine;
    } catch (RuntimeException | Error e) {
      engine.close();
      if (StoreException.unwrap(e) instanceof StoreException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
