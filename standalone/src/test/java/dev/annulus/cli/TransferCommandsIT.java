package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingSlice;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TransferCommandsIT {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void fill() {
    try (EmbeddedEngine engine = engine("one")) {
      RingStore store = RingStore.open(engine, StoreConfig.DEFAULT).join();
      SeriesSamples samples =
          new SeriesSamples(
              SeriesSpec.of(SeriesKey.of("m"), MetricType.GAUGE),
              new long[] {1_000, 2_000},
              new double[] {10, 20});
      store
          .newWriter()
          .write(List.of(new LoggedSamples(samples, 0, 0, 0, true)), Map.of(0, 1L))
          .join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup.annulus", "backup.annulus.gz"})
  void aDatabaseMovesThroughAFile(String name) throws Exception {
    String file = directory.resolve(name).toString();
    assertThat(run("export", "--data-dir", data("one"), file)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("exported and checked: 1 metrics, 2 samples");
    assertThat(directory.resolve(name + ".part")).doesNotExist();
    assertThat(run("import", "--data-dir", data("two"), file)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("imported and compared: 1 metrics, 2 samples");
    try (EmbeddedEngine engine = engine("two")) {
      RingStore store = RingStore.open(engine, StoreConfig.DEFAULT).join();
      long id = store.registry().find(SeriesKey.of("m")).join().orElseThrow().id();
      RingSlice slice = store.rings().scan(id, 0, 100_000, (slots, bytes) -> {}).join();
      assertThat(Arrays.copyOf(slice.values(), slice.size())).containsExactly(10, 20);
    }
  }

  @Test
  void anExportOverwritesNothingAndMakesUpNoDatabase() throws Exception {
    Path there = Files.writeString(directory.resolve("there"), "precious");
    assertThat(run("export", "--data-dir", data("one"), there.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("exists already");
    assertThat(there).hasContent("precious");
    assertThat(run("export", "--data-dir", data("none"), directory.resolve("x").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("there is no database in");
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void aDatabaseInUseIsLeftAlone() {
    try (EmbeddedEngine engine = engine("one")) {
      RingStore.open(engine, StoreConfig.DEFAULT).join();
      assertThat(run("export", "--data-dir", data("one"), directory.resolve("x").toString()))
          .isEqualTo(1);
      assertThat(err.toString()).contains("annulus: ");
      assertThat(directory.resolve("x")).doesNotExist();
    }
  }

  @Test
  void aFileThatIsNoExportIsRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("text"), "some text");
    assertThat(run("import", "--data-dir", data("one"), file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("the file is not an Annulus export");
  }

  @Test
  void onlyADatabaseOfAClusterIsConverted() {
    assertThat(run("convert")).isEqualTo(2);
    assertThat(run("convert", "--data-dir", data("one"))).isEqualTo(2);
    String file = directory.resolve("none.cluster").toString();
    assertThat(run("convert", "--cluster-file", file)).isEqualTo(1);
    assertThat(err.toString()).contains("cannot read the FoundationDB cluster file");
  }

  @Test
  void oneDatabaseMustBeNamed() {
    assertThat(run("export", "x")).isEqualTo(2);
    assertThat(run("export", "--data-dir", "a", "--cluster-file", "b", "x")).isEqualTo(2);
  }

  @Test
  void aNewTokenIsShownOnceAndStoredAsAHash() {
    assertThat(run("token", "create", "ci", "--scope", "ingest,query")).isZero();
    String secret = err.toString().replaceAll("(?s).*(ann_[\\w-]{43}).*", "$1");
    assertThat(secret).startsWith("ann_");
    assertThat(out.toString())
        .matches("ci ingest,query sha256:[0-9a-f]{64}\\R")
        .doesNotContain(secret);
    assertThat(run("token", "create", "ci", "--scope", "root")).isEqualTo(2);
    assertThat(err.toString()).contains("a scope must be ingest, query or admin, got \"root\"");
    assertThat(run("token", "create", "a b", "--scope", "query")).isEqualTo(2);
    assertThat(run("token", "create", "ci")).isEqualTo(2);
  }

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private String data(String name) {
    return directory.resolve(name).toString();
  }

  private EmbeddedEngine engine(String name) {
    return EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve(name).resolve("store")));
  }
}
