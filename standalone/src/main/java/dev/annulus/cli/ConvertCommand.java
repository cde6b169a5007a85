package dev.annulus.cli;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.fdb.FoundationEngine;
import dev.annulus.store.LayoutConversion;
import dev.annulus.store.StoreConfig;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code annulus convert}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    header = {
      "Examples:",
      "  annulus convert --cluster-file /etc/foundationdb/fdb.cluster",
      "  annulus convert --cluster-file fdb.cluster --key-prefix team-a/",
      ""
    },
    description = {
      "Converts a database on FoundationDB from layout 1, one key per slot, into layout 2, blocks of"
          + " slots. All services must be stopped. It may be interrupted and run again; until it has"
          + " finished, no service opens the database. There is no way back but an export taken"
          + " before.",
      ""
    })
final class ConvertCommand implements Callable<Integer> {
  private static final Duration REPORT = Duration.ofSeconds(2);

  @Option(
      names = "--cluster-file",
      required = true,
      paramLabel = "FILE",
      description = "The cluster file of a FoundationDB cluster.")
  private Path clusterFile = Path.of("");

  @Option(
      names = "--key-prefix",
      paramLabel = "TEXT",
      description = "Before every key, where the database shares a cluster.")
  private String keyPrefix = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = java.util.Objects.requireNonNull(spec).commandLine().getErr();
    StoreConfig config =
        StoreConfig.DEFAULT.withKeyPrefix(keyPrefix.getBytes(StandardCharsets.UTF_8));
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (KeyValueEngine engine =
        FoundationEngine.open(clusterFile, executor, Duration.ofSeconds(60))) {
      LayoutConversion.Progress done = new LayoutConversion(engine, config).run(reporting(err));
      err.printf(
          "annulus: the database is in layout 2; converted %,d metrics, %,d samples%n",
          done.metrics(), done.slots());
      err.flush();
      return 0;
    } finally {
      executor.shutdown();
    }
  }

  private static Consumer<LayoutConversion.Progress> reporting(PrintWriter err) {
    long[] last = {System.nanoTime()};
    return progress -> {
      long now = System.nanoTime();
      if (now - last[0] > REPORT.toNanos()) {
        last[0] = now;
        err.printf("convert: %,d metrics, %,d samples%n", progress.metrics(), progress.slots());
        err.flush();
      }
    };
  }
}
