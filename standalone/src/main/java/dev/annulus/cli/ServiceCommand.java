package dev.annulus.cli;

import dev.annulus.cli.process.RunningProcess;
import dev.annulus.service.config.Settings;
import dev.annulus.standalone.StandaloneConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Base of the commands that run until they are stopped. */
abstract class ServiceCommand implements Callable<Integer> {
  static final String SETTINGS =
      "Every setting can also come from the environment (query.timeout is"
          + " ANNULUS_QUERY_TIMEOUT) or from a properties file named with --config;"
          + " `annulus config print COMMAND` shows them all.";

  /** Exit code after a fatal failure of a component. */
  static final int FAILED = 3;

  private static final int STOP_SECONDS = 30;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any other setting; repeatable.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--config", paramLabel = "FILE", description = "A properties file of settings.")
  private @Nullable Path file;

  @Option(
      names = "--insecure",
      description = "Allow access without tokens even on addresses that others can reach.")
  private boolean insecure;

  @Option(names = "--print-config", description = "Print every setting with its origin, and exit.")
  private boolean printConfig;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Collects the command's own options. */
  static final class Flags {
    private final Map<String, String> byKey;

    private Flags(Map<String, String> set) {
      this.byKey = new LinkedHashMap<>(set);
    }

    /** Sets a key if the option was given. */
    Flags put(String key, @Nullable String value) {
      if (value != null) {
        byKey.put(key, value);
      }
      return this;
    }
  }

  /** Turns options into settings. */
  abstract void addTo(Flags flags);

  /** Reads all settings; the result starts the process. */
  abstract Supplier<RunningProcess> configure(Settings settings);

  /** Whether the process stores data in {@code data-dir}. */
  boolean hasDataDir() {
    return false;
  }

  @Override
  public Integer call() throws InterruptedException {
    Flags flags = new Flags(set);
    flags.put("auth.insecure", insecure ? "true" : null);
    addTo(flags);
    Settings settings = Settings.of(flags.byKey, System.getenv(), file);
    Supplier<RunningProcess> process = configure(settings);
    settings.requireKnown();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (printConfig) {
      ConfigCommand.print(settings.resolved(), out);
      return 0;
    }
    Path dataDir = hasDataDir() ? StandaloneConfig.dataDir(settings) : null;
    if (dataDir != null) {
      PrivateDirectory.ensure(dataDir);
    }
    TemporaryFiles temporary = TemporaryFiles.use(dataDir);
    try {
      return runUntilStopped(process.get(), temporary, out);
    } catch (RuntimeException | Error e) {
      temporary.close();
      throw e;
    }
  }

  /** Returns the exit code; a process that was asked to stop ends without using it. */
  private int runUntilStopped(RunningProcess process, TemporaryFiles temporary, PrintWriter out)
      throws InterruptedException {
    CompletableFuture<String> end = process.failure().copy();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  System.err.println("annulus: stopping");
                  process.close();
                  temporary.close();
                  end.complete("");
                },
                "annulus-shutdown"));
    out.println(process.greeting());
    out.flush();
    String failure = end.join();
    if (!failure.isEmpty()) {
      PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
      err.println("annulus: " + failure);
      err.println("  The process ends so that it can be started again.");
      err.flush();
      haltIfStuck();
    }
    return FAILED;
  }

  /** The failed component may block the shutdown of the others. */
  private static void haltIfStuck() {
    Thread halt =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(STOP_SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(FAILED);
            },
            "annulus-halt");
    halt.setDaemon(true);
    halt.start();
  }
}
