package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * Moves a whole database from one engine to another as a stream, in the format that {@code
 * docs/export-format.md} describes. Blocks: call it from a thread that may.
 */
public final class StoreTransfer {
  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;
  private final IdSequence ids;
  private final SeriesCount count;
  private final ChangeLog changes;
  private final Positions positions;

  StoreTransfer(
      KeyValueEngine engine,
      Keys keys,
      Registry registry,
      IdSequence ids,
      SeriesCount count,
      ChangeLog changes,
      Positions positions) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
    this.ids = ids;
    this.count = count;
    this.changes = changes;
    this.positions = positions;
  }

  /** Opens a stream from its beginning; closed by who asked. */
  public interface Source {
    InputStream open() throws IOException;
  }

  /** Told how far it is. */
  public interface Progress {
    /**
     * Called after each step; should return at once.
     *
     * @param stage {@code export}, {@code check}, {@code import} or {@code verify}
     * @param done in this stage
     */
    void at(String stage, TransferCounts done);
  }

  /**
   * What an import did.
   *
   * @param counts of the export
   * @param newer samples in whose slots there are newer ones by now
   * @param conflicts what could not be merged, in words
   */
  public record Imported(TransferCounts counts, long newer, List<String> conflicts) {
    public Imported {
      conflicts = List.copyOf(conflicts);
    }
  }

  /**
   * Exports everything. Samples may be written meanwhile; what is exported holds at least
   * everything before the positions at its beginning.
   *
   * @param target not closed
   */
  public TransferCounts exportTo(OutputStream target, Progress progress) throws IOException {
    return exportTo(target, Exporter.SLOTS_PER_READ, progress);
  }

  /** The same with another number of slots to read at once. */
  TransferCounts exportTo(OutputStream target, int slotsPerRead, Progress progress)
      throws IOException {
    return new Exporter(engine, keys, registry, positions, slotsPerRead)
        .export(target, counts -> progress.at("export", counts));
  }

  /**
   * Checks a whole export, then takes it in, then reads back and compares every sample and counter.
   * Merges with what is there; may be repeated; samples may be written meanwhile.
   *
   * @throws ExportFormatException if the export is damaged, before anything is written; or if
   *     something is not there afterwards
   */
  public Imported importFrom(Source source, ImportOptions options, Progress progress)
      throws IOException {
    TransferCounts counts = check(source, done -> progress.at("check", done));
    Importer importer = new Importer(engine, keys, registry, ids, count, changes, options);
    try (InputStream in = source.open();
        ExportReader frames = new ExportReader(in)) {
      importer.take(frames, done -> progress.at("import", done));
    }
    try (InputStream in = source.open();
        ExportReader frames = new ExportReader(in)) {
      importer.verify(frames, done -> progress.at("verify", done));
    }
    return new Imported(counts, importer.newer(), importer.conflicts());
  }

  /**
   * Reads a whole export and checks every sum.
   *
   * @throws ExportFormatException saying what is wrong
   */
  public static TransferCounts check(Source source, Consumer<TransferCounts> progress)
      throws IOException {
    try (InputStream in = source.open();
        ExportReader frames = new ExportReader(in)) {
      frames.forEach(frame -> progress.accept(frames.counts()));
      return frames.counts();
    }
  }
}
