package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.fdb.FoundationEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes on FoundationDB; without a cluster it is skipped and says why. */
class FoundationProcessesIT {
  private static final String CLUSTER_FILE = System.getenv("FDB_CLUSTER_FILE");
  private static final long NOW = System.currentTimeMillis() / 1000 - 100;

  @TempDir private Path directory;
  private final String prefix = "it-" + UUID.randomUUID() + "/";
  private final List<AnnulusProcess> started = new ArrayList<>();

  @BeforeEach
  void needsACluster() {
    assumeTrue(
        CLUSTER_FILE != null && !CLUSTER_FILE.isBlank(),
        "no FDB_CLUSTER_FILE names a FoundationDB cluster");
  }

  @AfterEach
  void stop() {
    started.forEach(AnnulusProcess::close);
    if (CLUSTER_FILE == null || CLUSTER_FILE.isBlank()) {
      return;
    }
    try (FoundationEngine engine =
        FoundationEngine.open(
            Path.of(CLUSTER_FILE), ForkJoinPool.commonPool(), Duration.ofSeconds(60))) {
      byte[] key = prefix.getBytes(StandardCharsets.UTF_8);
      engine
          .write(
              tx -> {
                tx.clear(KeyRange.startingWith(key));
                return CompletableFuture.completedFuture(null);
              })
          .join();
    }
  }

  @Test
  void aKilledSinkLosesNothingAndRepeatsNothing() throws Exception {
    AnnulusProcess broker =
        start("broker", "--data-dir", directory.toString(), "--kafka-port", "0");
    String kafka = broker.address();
    AnnulusProcess sink = startOnStore("sink", "--kafka-bootstrap", kafka);
    AnnulusProcess gateway = start("gateway", "--kafka-bootstrap", kafka);
    AnnulusProcess query =
        startOnStore("query", "--kafka-bootstrap", kafka, "--set", "query.freshness-timeout=60s");
    ApiClient api = new ApiClient(gateway.http(), query.http());

    assertThat(api.values("posted", api.ingest("posted", NOW, 37.5))).containsExactly(37.5);
    api.ingestCounter("counted", NOW, 10);
    String before = api.ingestCounter("counted", NOW + 1, 15);
    assertThat(api.values("counted", before)).containsExactly(10.0, 15.0);
    for (AnnulusProcess process : List.of(sink, query)) {
      assertThat(ApiClient.get(process.http() + "/-/metrics").body())
          .containsPattern("annulus_store_client_commits_total(\\{[^}]*})? [1-9]");
    }
    sink.kill();
    api.ingestCounter("counted", NOW + 2, 18);
    startOnStore("sink", "--kafka-bootstrap", kafka);
    String after = api.ingestCounter("counted", NOW + 3, 20);
    assertThat(api.values("counted", after)).containsExactly(10.0, 15.0, 18.0, 20.0);
    String counter =
        ApiClient.get(query.http() + "/metrics/" + api.ids("counted", null).get(0)).body();
    assertThat(counter).contains("\"increase\":10.0");
  }

  @Test
  void aKilledStandaloneHasItAllWhenItIsBack() throws Exception {
    AnnulusProcess first = standalone();
    ApiClient api = new ApiClient(first.http(), first.http());
    assertThat(api.values("posted", api.ingest("posted", NOW, 1))).containsExactly(1.0);
    String last = api.ingest("posted", NOW + 1, 2);
    first.kill();

    AnnulusProcess second = standalone();
    api = new ApiClient(second.http(), second.http());
    assertThat(api.values("posted", last)).containsExactly(1.0, 2.0);
  }

  @Test
  void aSinkWhoseClusterDoesNotAnswerStopsAllTheSame() throws Exception {
    AnnulusProcess broker =
        start("broker", "--data-dir", directory.toString(), "--kafka-port", "0");
    Path nobody = Files.writeString(directory.resolve("fdb.cluster"), "nobody:there@127.0.0.1:1");
    AnnulusProcess sink =
        start(
            "sink",
            "--kafka-bootstrap",
            broker.address(),
            "--store",
            "fdb",
            "--cluster-file",
            nobody.toString());
    Awaitility.await().until(() -> ApiClient.get(sink.http() + "/readyz").statusCode() == 503);
    assertThat(sink.terminate()).as("128 + SIGTERM").isEqualTo(143);
  }

  private AnnulusProcess standalone() {
    List<String> arguments = onStore("--kafka-port", "0", "--data-dir", directory.toString());
    return added(AnnulusProcess.startStandalone(arguments.toArray(String[]::new)));
  }

  private AnnulusProcess startOnStore(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(onStore(arguments));
    return added(AnnulusProcess.start(all.toArray(String[]::new)));
  }

  private AnnulusProcess start(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--port", "0"));
    all.addAll(List.of(arguments));
    return added(AnnulusProcess.start(all.toArray(String[]::new)));
  }

  private List<String> onStore(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--port", "0", "--store", "fdb"));
    all.addAll(List.of("--cluster-file", CLUSTER_FILE));
    all.addAll(List.of("--set", "store.key-prefix=" + prefix));
    all.addAll(List.of(arguments));
    return all;
  }

  private AnnulusProcess added(AnnulusProcess process) {
    started.add(process);
    return process;
  }
}
