package dev.annulus.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A FoundationDB cluster of three servers, of which one dies at a time; and sinks that freeze. */
class FoundationServersIT {
  private static final String PREFIX = "faults/";
  private static final String SECOND_GROUP = "second-sink";

  /** So little memory for slots that each sink is nearly always appending or flushing. */
  private static final String[] TINY_TAIL = {"--set", "store.tail-bytes=1MiB"};

  @TempDir private Path directory;

  /** All samples are written twice, by two jobs that flush the same lanes. */
  @Test
  void nothingAcknowledgedIsLostByKillingServersAndFreezingOneOfTwoSinks() throws Exception {
    Optional<Path> server = FoundationServers.server();
    assumeTrue(server.isPresent(), "there is no fdbserver: neither FDBSERVER nor PATH has one");
    Ledger ledger = new Ledger();
    try (FoundationServers servers = new FoundationServers(directory, server.get()).start();
        Annulus annulus = Annulus.on(directory, servers.clusterFile(), PREFIX, TINY_TAIL).start();
        AnnulusProcess sink = secondSink(annulus, servers)) {
      sink.start();
      for (Random random : Rounds.of("kill -9 of each FoundationDB server")) {
        String prefix = "f" + ledger.size() + "_";
        try (Load load = new Load(annulus.api(), ledger, random, prefix, 4)) {
          load.awaitMore(2_000);
          List<ChildProcess> victims = new ArrayList<>(servers.all());
          Collections.shuffle(victims, random);
          for (ChildProcess victim : victims) {
            Duration away = Duration.ofMillis(random.nextInt(10_000));
            sink.freeze();
            load.awaitMore(random.nextInt(1_000));
            victim.kill();
            Fault.last(away);
            victim.launch();
            load.awaitMore(500 + random.nextInt(2_000));
            sink.thaw();
            servers.awaitHealthy();
            System.out.printf("  %s was away for %s%n", victim, away);
          }
          sink.freeze();
          Fault.last(Duration.ofSeconds(30));
          sink.thaw();
          load.awaitMore(1_000);
        }
        ledger.verify(annulus.api());
        Offsets.awaitRead(annulus.bootstrapServers(), SECOND_GROUP);
        annulus.verifyBits();
      }
    }
  }

  private AnnulusProcess secondSink(Annulus annulus, FoundationServers servers) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--kafka-bootstrap", annulus.bootstrapServers()));
    arguments.addAll(List.of("--store", "fdb", "--cluster-file", "" + servers.clusterFile()));
    arguments.addAll(List.of("--set", "sink.group=" + SECOND_GROUP));
    arguments.addAll(List.of("--set", "store.key-prefix=" + PREFIX));
    arguments.addAll(List.of(TINY_TAIL));
    return new AnnulusProcess("sink", directory, "-Xmx512m", arguments);
  }
}
