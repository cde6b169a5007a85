package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * Exports and imports a whole database as a stream, in the format of {@code docs/export-format.md}.
 * Blocking; not for engine threads.
 */
public final class StoreTransfer {
  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;
  private final IdSequence ids;
  private final SeriesCount count;
  private final ChangeLog changes;
  private final Positions positions;

  StoreTransfer(
      KeyValueEngine engine,
      Rings rings,
      Keys keys,
      Registry registry,
      IdSequence ids,
      SeriesCount count,
      ChangeLog changes,
      Positions positions) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.registry = registry;
    this.ids = ids;
    this.count = count;
    this.changes = changes;
    this.positions = positions;
  }

  /** Opens the stream from the start; the caller closes it. */
  public interface Source {
    InputStream open() throws IOException;
  }

  /** Receives progress. */
  public interface Progress {
    /**
     * Called after each step; must not block.
     *
     * @param stage {@code export}, {@code check}, {@code import} or {@code verify}
     * @param done in this stage
     */
    void at(String stage, TransferCounts done);
  }

  /**
   * The result of an import.
   *
   * @param counts of the export
   * @param newer samples whose slots hold newer ones in the target
   * @param conflicts messages about what could not be merged
   */
  public record Imported(TransferCounts counts, long newer, List<String> conflicts) {
    public Imported {
      conflicts = List.copyOf(conflicts);
    }
  }

  /**
   * Exports everything. Ingest may continue; the export holds at least everything before the
   * positions in its header.
   *
   * @param target not closed
   */
  public TransferCounts exportTo(OutputStream target, Progress progress) throws IOException {
    return exportTo(target, Exporter.SLOTS_PER_READ, progress);
  }

  /** The same with another chunk size. */
  TransferCounts exportTo(OutputStream target, int slotsPerRead, Progress progress)
      throws IOException {
    return new Exporter(engine, rings, keys, registry, positions, slotsPerRead)
        .export(target, counts -> progress.at("export", counts));
  }

  /**
   * Verifies the whole export, imports it by merging, then reads back and compares every sample and
   * counter. Idempotent; ingest may continue.
   *
   * @throws ExportFormatException if the export is damaged, before any write; or if something is
   *     missing afterwards
   */
  public Imported importFrom(Source source, ImportOptions options, Progress progress)
      throws IOException {
    TransferCounts counts = check(source, done -> progress.at("check", done));
    Importer importer = new Importer(engine, rings, keys, registry, ids, count, changes, options);
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
   * Verifies a whole export.
   *
   * @throws ExportFormatException if it is damaged
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
