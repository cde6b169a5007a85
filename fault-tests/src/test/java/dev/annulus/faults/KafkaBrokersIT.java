package dev.annulus.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka cluster of several brokers that die under load, one by one and all of them. */
class KafkaBrokersIT {
  @TempDir private Path directory;

  @Test
  void nothingAcknowledgedIsLostByKillingBrokersOfACluster() throws Exception {
    Ledger ledger = new Ledger();
    try (KafkaBrokers kafka = new KafkaBrokers(directory).start();
        Processes processes = Processes.on(directory, kafka.bootstrapServers()).start()) {
      for (Random random : Rounds.of("kill -9 of brokers of a cluster")) {
        try (Load load = new Load(processes.api(), ledger, random, "b" + ledger.size() + "_", 4)) {
          load.awaitMore(2_000);
          List<ChildProcess> order = new ArrayList<>(kafka.all());
          Collections.shuffle(order, random);
          for (ChildProcess broker : order) {
            broker.kill();
            // The other two go on: nobody has to wait for this one.
            load.awaitMore(1_000 + random.nextInt(3_000));
            broker.start();
            kafka.awaitReplicated();
          }
          int dead = 2 + random.nextInt(2);
          System.out.printf("  %d at once%n", dead);
          for (ChildProcess broker : order.subList(0, dead)) {
            broker.kill();
          }
          load.awaitRefused();
          Fault.last(Duration.ofMillis(random.nextInt(3_000)));
          order.subList(0, dead).forEach(ChildProcess::launch);
          order.forEach(ChildProcess::awaitReady);
          kafka.awaitReplicated();
          load.awaitMore(2_000);
        }
        ledger.verify(processes.api());
        processes.awaitRead(Processes.GROUP);
        processes.verifyBits();
      }
    }
  }
}
