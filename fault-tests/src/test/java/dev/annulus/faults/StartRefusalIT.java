package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory that cannot be used is refused in words, and left as it is. */
class StartRefusalIT {
  @TempDir private Path directory;

  @Test
  void aForeignDirectoryIsRefused() throws Exception {
    try (Annulus annulus = new Annulus(directory)) {
      Path foreign = annulus.dataDir().resolve("store").resolve("thesis.txt");
      Files.createDirectories(foreign.getParent());
      Files.writeString(foreign, "years of work");
      annulus.process().launch();
      assertThat(annulus.process().exitCode()).isNotZero();
      assertThat(annulus.process().output()).contains(annulus.dataDir().toString());
      assertThat(Files.readString(foreign)).isEqualTo("years of work");
    }
  }

  @Test
  void aTruncatedStoreFileIsRefused() throws Exception {
    try (Annulus annulus = new Annulus(directory).start()) {
      Api api = annulus.api();
      String sample = "{\"name\":\"m\",\"ts\":1700000000,\"value\":1}";
      api.awaitVisible(api.json(api.post("/ingest/gauge", sample)).get("token").asText());
      annulus.stop();
      Path manifest = newest(annulus.dataDir().resolve("store"), "MANIFEST");
      byte[] whole = Files.readAllBytes(manifest);
      Files.write(manifest, Arrays.copyOf(whole, whole.length / 2));
      annulus.process().launch();
      assertThat(annulus.process().exitCode()).isNotZero();
      assertThat(annulus.process().output())
          .contains(annulus.dataDir().resolve("store").toString());
      Files.write(manifest, whole);
      annulus.start();
      assertThat(api.samples("m")).hasSize(1);
    }
  }

  @Test
  void aFullStoreHoldsTheFlowUpAndLosesNothing() throws Exception {
    Ledger ledger = new Ledger();
    Api api;
    try (Annulus annulus = new Annulus(directory).start()) {
      api = annulus.api();
      try (Load load = new Load(api, ledger, new Random(1), "before_", 2)) {
        load.awaitMore(5_000);
      }
      ledger.verify(api);
      String before = api.metric("before_0_counter").toString();
      annulus.stop();
      annulus.options("--set", "store.max-bytes=1");
      annulus.start();
      Ledger waiting = new Ledger();
      try (Load load = new Load(api, waiting, new Random(2), "waiting_", 2)) {
        load.awaitMore(5_000);
      }
      String at = "/metrics?limit=1&after=" + waiting.token();
      HttpResponse<String> stale = api.get(at);
      assertThat(stale.statusCode()).as(stale.body()).isEqualTo(504);
      assertThat(annulus.process().output()).contains("are reserved");
      assertThat(api.metric("before_0_counter")).hasToString(before);
      annulus.stop();
      annulus.options();
      annulus.start();
      ledger.verify(api);
      waiting.verify(api);
    }
  }

  @Test
  void twoProcessesDoNotShareADirectory() throws Exception {
    try (Annulus first = new Annulus(directory).start();
        Annulus second = new Annulus(directory)) {
      second.process().launch();
      assertThat(second.process().exitCode()).isNotZero();
      assertThat(first.api().isReady()).isTrue();
    }
  }

  private static Path newest(Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .orElseThrow();
    }
  }
}
