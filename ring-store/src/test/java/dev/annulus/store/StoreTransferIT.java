package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesSamples;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that move from one engine to another through a file's bytes. */
class StoreTransferIT {
  static final ImportOptions OTHER_LOG = new ImportOptions(false, false);
  private static final ImportOptions SAME_LOG = new ImportOptions(true, false);

  @TempDir private Path directory;
  private KeyValueEngine from;
  private KeyValueEngine to;
  StoreFixture source;
  StoreFixture target;

  @BeforeEach
  void open() {
    from = EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("from")));
    to = EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("to")));
    source = new StoreFixture(from, new byte[] {7, 7}, blocks());
    target = new StoreFixture(to, targetPrefix(), blocks());
  }

  /** How both databases keep rings. */
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT.withSlotsPerBlock(1);
  }

  protected byte[] targetPrefix() {
    return new byte[0];
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
    from.close();
    to.close();
  }

  @Test
  void everythingComesOver() throws Exception {
    fill(source);
    TransferCounts written = new TransferCounts(5, 20_006, 1, 2, 0);
    byte[] export = export(source);
    StoreTransfer.Imported imported = take(target, export, OTHER_LOG);

    assertThat(imported.counts()).isEqualTo(written);
    assertThat(imported.conflicts()).isEmpty();
    assertThat(imported.newer()).isZero();
    for (String name : List.of("gauge", "big", "moved", "count")) {
      assertThat(target.ring(name)).as(name).isEqualTo(source.ring(name));
      assertThat(target.id(name)).isEqualTo(source.id(name));
    }
    assertThat(target.counterState("count")).isEqualTo(source.counterState("count"));
    assertThat(target.store.dashboards().get("board").join().orElseThrow().definition())
        .isEqualTo("{\"a\":\"ü\"}");
    assertThat(target.store.search().names().join())
        .isEqualTo(source.store.search().names().join());
    assertThat(target.store.search().tagValues().join())
        .isEqualTo(source.store.search().tagValues().join());
    assertThat(target.store.positions().read().join()).as("of another log").isEmpty();

    List<String> once = content(target);
    take(target, export, OTHER_LOG);
    assertThat(content(target)).as("importing again changes nothing").isEqualTo(once);
  }

  @Test
  void anExportHasTheSameBytesInBothLayouts() throws Exception {
    BlockConfig other =
        BlockConfig.DEFAULT.withSlotsPerBlock(
            blocks().slotsPerBlock() == 1 ? BlockConfig.BLOCK : 1);
    try (StoreFixture twin = new StoreFixture(to, new byte[] {8}, other)) {
      for (StoreFixture store : List.of(source, twin)) {
        for (int i = 0; i < 40; i++) {
          store.write(
              samples(gauge("sparse", 1, 5_000), 37 * i, i / 3.0, 41 * i + 1, -i),
              samples(counter("count"), i, i % 9));
        }
      }
      byte[] export = export(source);
      assertThat(export(twin)).isEqualTo(export);
      twin.store.flush().join();
      assertThat(export(twin)).as("flushed").isEqualTo(export);
    }
  }

  @Test
  void newSeriesAfterAnImportGetNewIds() throws Exception {
    fill(source);
    take(target, export(source), OTHER_LOG);
    target.write(gauge("new", 1, 10), 1, 1);
    assertThat(List.of("gauge", "big", "moved", "count"))
        .extracting(target::id)
        .doesNotContain(target.id("new"));
  }

  @Test
  void whatIsThereIsMergedWith() throws Exception {
    source.write(gauge("m", 1, 10), 5, 5, 6, 6, 7, 7);
    source.write(gauge("n", 1, 10), 1, 1);
    source.store.dashboards().put("board", "theirs", "{}", null).join();
    target.write(gauge("other", 1, 10), 9, 9);
    target.write(gauge("m", 1, 10), 6, 66, 17, 17);
    target.store.dashboards().put("board", "ours", "{}", null).join();
    assertThat(target.id("other")).as("an id of the export is taken").isEqualTo(source.id("m"));

    StoreTransfer.Imported imported = take(target, export(source), OTHER_LOG);

    assertThat(target.ring("m"))
        .as("a newer lap stays, and of one ts what this log said")
        .isEqualTo(Map.of(5L, 5.0, 6L, 66.0, 17L, 17.0));
    assertThat(imported.newer()).isEqualTo(2);
    assertThat(target.ring("n")).isEqualTo(Map.of(1L, 1.0));
    assertThat(target.ring("other")).isEqualTo(Map.of(9L, 9.0));
    assertThat(imported.conflicts()).containsExactly("dashboard board differs here; kept");
    assertThat(target.store.dashboards().get("board").join().orElseThrow().title())
        .isEqualTo("ours");
    take(target, export(source), new ImportOptions(false, true));
    assertThat(target.store.dashboards().get("board").join().orElseThrow().title())
        .isEqualTo("theirs");
  }

  @Test
  void aSeriesOfAnotherTypeIsAConflictAndTheRestComesOver() throws Exception {
    source.write(gauge("m", 1, 10), 1, 1);
    source.write(gauge("n", 1, 10), 2, 2);
    target.write(counter("m"), 5, 5);
    StoreTransfer.Imported imported = take(target, export(source), OTHER_LOG);
    assertThat(imported.conflicts())
        .containsExactly("m is a counter here but a gauge in the export; skipped");
    assertThat(target.ring("m")).isEqualTo(Map.of(5L, 5.0));
    assertThat(target.ring("n")).isEqualTo(Map.of(2L, 2.0));
  }

  @Test
  void anotherGeometryTakesWhatFits() throws Exception {
    source.write(gauge("m", 1, 100), 1, 1, 50, 50, 99, 99);
    target.write(gauge("m", 10, 5), 60, 60);
    take(target, export(source), OTHER_LOG);
    assertThat(target.ring("m")).isEqualTo(Map.of(50L, 50.0, 60L, 60.0, 99L, 99.0));
  }

  @Test
  void restoringIntoARunningSystemAndReplayingTheTopicConverges() throws Exception {
    Random random = new Random(1);
    List<SeriesSamples[]> log = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int ts = 1_000 + random.nextInt(60);
      log.add(
          new SeriesSamples[] {
            samples(gauge("g" + random.nextInt(5), 1, 20), ts, random.nextInt(100)),
            samples(counter("c"), 1_000 + i, i % 30),
          });
    }
    StoreFixture original = source;
    byte[] backup = null;
    for (int i = 0; i < log.size(); i++) {
      if (i == 80) {
        long id = original.id("g3");
        original.store.registry().delete(id, new LogOffsets(i)).join();
      }
      if (i == 120) {
        backup = export(original);
      }
      StoreFixture.writeAt(original.store.newWriter(), 0, i, true, log.get(i));
    }
    RingWriter running = target.store.newWriter();
    StoreFixture.writeAt(running, 0, 0, true, log.get(0));

    take(target, backup, SAME_LOG);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < log.size(); i++) {
        StoreFixture.writeAt(running, 0, i, true, log.get(i));
      }
    }

    for (String name : List.of("g0", "g1", "g2", "g3", "g4", "c")) {
      assertThat(target.exists(name)).isEqualTo(original.exists(name));
      if (original.exists(name)) {
        assertThat(records(target, name)).as(name).isEqualTo(records(original, name));
      }
    }
    assertThat(target.counterState("c")).isEqualTo(original.counterState("c"));
  }

  @Test
  void aDeletionTheTargetHasNotHeardOfIsMadeGood() throws Exception {
    source.write(gauge("gone", 1, 10), 1, 1);
    source.write(gauge("back", 1, 10), 1, 1);
    RingWriter running = target.store.newWriter();
    StoreFixture.writeAt(running, 0, 0, true, samples(gauge("gone", 1, 10), 1, 1));
    StoreFixture.writeAt(running, 0, 1, true, samples(gauge("back", 1, 10), 1, 1));
    StoreFixture.writeAt(running, 0, 7, true, samples(gauge("back", 1, 10), 5, 5));
    for (String name : List.of("gone", "back")) {
      source.store.registry().delete(source.id(name), new LogOffsets(2)).join();
    }

    take(target, export(source), SAME_LOG);

    assertThat(target.exists("gone")).isFalse();
    assertThat(target.ring("back")).as("logged after the deletion").isEqualTo(Map.of(5L, 5.0));
    StoreFixture.writeAt(running, 0, 0, true, samples(gauge("gone", 1, 10), 1, 1));
    StoreFixture.writeAt(running, 0, 1, true, samples(gauge("back", 1, 10), 1, 1));
    assertThat(target.exists("gone")).isFalse();
    assertThat(target.ring("back")).isEqualTo(Map.of(5L, 5.0));
  }

  @Test
  void aWriterThatRunsGoesOnFromTheImportedCounter() throws Exception {
    source.write(counter("c"), 10, 100, 20, 150, 30, 10);
    RingWriter running = target.store.newWriter();
    StoreFixture.writeAt(running, 0, 0, true, samples(counter("c"), 5, 0));
    take(target, export(source), OTHER_LOG);
    StoreFixture.writeAt(running, 0, 1, true, samples(counter("c"), 40, 25));
    assertThat(target.counterState("c")).isEqualTo(StoreFixture.state(40, 1, 75, 25));
  }

  @Test
  void withAnotherLogNothingOfTheOldOneHoldsNewSamplesBack() throws Exception {
    source.write(gauge("m", 1, 10), 1, 1);
    source.store.registry().delete(source.id("m"), new LogOffsets(1_000_000)).join();
    StoreFixture.writeAt(
        source.store.newWriter(), 0, 1_000_001, true, samples(gauge("m", 1, 10), 2, 2));
    take(target, export(source), OTHER_LOG);
    target.write(gauge("m", 1, 10), 2, 22, 3, 3);
    assertThat(target.ring("m")).isEqualTo(Map.of(2L, 22.0, 3L, 3.0));
  }

  @Test
  void whatWasDeletedInTheTargetsLogStaysDeletedForIt() throws Exception {
    source.write(gauge("m", 1, 10), 1, 1);
    target.write(gauge("m", 1, 10), 5, 5);
    target.store.registry().delete(target.id("m"), new LogOffsets(10)).join();
    take(target, export(source), OTHER_LOG);
    target.write(gauge("m", 1, 10), 6, 6);
    assertThat(target.ring("m")).as("logged before the deletion").isEqualTo(Map.of(1L, 1.0));
  }

  @Test
  void aDamagedFileIsRefusedBeforeAnythingIsWritten() throws Exception {
    source.write(gauge("m", 1, 10), 1, 1, 2, 2);
    source.write(counter("c"), 1, 1);
    source.store.dashboards().put("board", "t", "{}", null).join();
    byte[] export = export(source);
    for (int i = 0; i < export.length; i++) {
      byte[] damaged = export.clone();
      damaged[i] ^= 0x41;
      assertRefused(damaged, "byte " + i);
      assertRefused(Arrays.copyOf(export, i), "cut at " + i);
    }
    assertRefused(Arrays.copyOf(export, export.length + 1), "longer");
    assertThat(target.store.registry().list(-1, 10).join()).isEmpty();
    assertThat(target.store.dashboards().list(null, 10).join()).isEmpty();
  }

  @Test
  void framesThatAreLeftOutOrSwappedAreNoticed() throws Exception {
    source.write(gauge("m", 1, 10), 1, 1);
    source.write(gauge("n", 1, 10), 1, 1);
    byte[] export = export(source);
    List<byte[]> frames = frames(export);
    for (int leftOut = 0; leftOut < frames.size(); leftOut++) {
      List<byte[]> fewer = new ArrayList<>(frames);
      fewer.remove(leftOut);
      assertRefused(joined(export, fewer), "without frame " + leftOut);
      List<byte[]> swapped = new ArrayList<>(frames);
      byte[] frame = swapped.remove(leftOut);
      swapped.add((leftOut + 1) % frames.size(), frame);
      assertRefused(joined(export, swapped), "frame " + leftOut + " elsewhere");
    }
  }

  private void assertRefused(byte[] export, String how) {
    assertThatThrownBy(() -> take(target, export, OTHER_LOG))
        .as(how)
        .isInstanceOfAny(ExportFormatException.class, EOFException.class);
  }

  private static void fill(StoreFixture store) {
    store.write(gauge("gauge", 1, 10), 1, 1, 2, 2);
    store.write(gauge("tagged", Map.of("host", "a", "zone", "ü")), 3, 3);
    double[] many = new double[40_000];
    for (int i = 0; i < many.length / 2; i++) {
      many[2 * i] = i;
      many[2 * i + 1] = i * 0.5;
    }
    store.write(gauge("big", 1, 20_000), many);
    store.write(gauge("moved", 1, 10), 1, 1);
    store.store.retention().change(store.id("moved"), RingGeometry.ofSeconds(2, 30)).join();
    store.write(counter("count"), 1, 10, 2, 5);
    store.store.dashboards().put("board", "A board", "{\"a\":\"ü\"}", null).join();
    store.store.dashboards().put("empty", "", "{}", null).join();
  }

  static byte[] export(StoreFixture store) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store.transfer().exportTo(out, (stage, done) -> {});
    return out.toByteArray();
  }

  static StoreTransfer.Imported take(StoreFixture store, byte[] export, ImportOptions options)
      throws IOException {
    return store
        .store
        .transfer()
        .importFrom(() -> new ByteArrayInputStream(export), options, (stage, done) -> {});
  }

  /** Every frame but header and end, as text. */
  private static List<String> content(StoreFixture store) throws IOException {
    List<String> content = new ArrayList<>();
    try (ExportReader reader = new ExportReader(new ByteArrayInputStream(export(store)))) {
      reader.forEach(
          frame -> {
            if (frame.kind() != ExportFrame.Kind.HEADER) {
              content.add(frame.kind() + " " + HexFormat.of().formatHex(frame.payload()));
            }
          });
    }
    return content;
  }

  /** The sample records of a metric, with their places in the log. */
  private static List<String> records(StoreFixture store, String name) throws IOException {
    String id = "%016x".formatted(store.id(name));
    return content(store).stream()
        .filter(frame -> frame.startsWith("SAMPLES " + id))
        .map(frame -> frame.substring(("SAMPLES " + id).length()))
        .toList();
  }

  private static List<byte[]> frames(byte[] export) {
    List<byte[]> frames = new ArrayList<>();
    int at = 10;
    while (at < export.length) {
      int length = java.nio.ByteBuffer.wrap(export, at + 1, 4).getInt() + 9;
      frames.add(Arrays.copyOfRange(export, at, at + length));
      at += length;
    }
    return frames;
  }

  private static byte[] joined(byte[] export, List<byte[]> frames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(export, 0, 10);
    for (byte[] frame : frames) {
      out.write(frame);
    }
    return out.toByteArray();
  }
}
