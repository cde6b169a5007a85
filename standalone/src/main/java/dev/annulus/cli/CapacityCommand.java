package dev.annulus.cli;

import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.RingGeometry;
import dev.annulus.service.config.ConfigException;
import dev.annulus.store.RingSize;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code annulus capacity}. */
@Command(
    name = "capacity",
    mixinStandardHelpOptions = true,
    description = {
      "Calculates the space that metrics take once their rings are full, which is the maximum.",
      "Without --slots and --step for both rings a metric gets by default: an hour for JSON and"
          + " Kafka, a day for remote write, OTLP, line protocol and Graphite. Slots that were"
          + " never written take nothing.",
      "Sizes are bytes of keys and values, before compression.%n"
    },
    header = {
      "Examples:",
      "  annulus capacity --metrics 10000",
      "  annulus capacity --metrics 10000 --slots 86400 --step 1",
      "  annulus capacity --metrics 250000 --slots 10080 --step 60 --replication 3",
      ""
    })
final class CapacityCommand implements Callable<Integer> {
  // LAYOUT.md: "a series costs about 300 bytes plus 60 per tag".
  private static final long SERIES_BYTES = 300;
  private static final long TAG_BYTES = 60;

  @Option(names = "--metrics", required = true, paramLabel = "N", description = "How many metrics.")
  private long metrics;

  @Option(names = "--slots", paramLabel = "S", description = "Slots of each ring.")
  private @Nullable Integer slots;

  @Option(names = "--step", paramLabel = "SECONDS", description = "Seconds per slot.")
  private @Nullable Integer step;

  @Option(
      names = "--tags",
      paramLabel = "T",
      description = "Tags of each metric (default: ${DEFAULT-VALUE}).")
  private int tags = 2;

  @Option(
      names = "--replication",
      paramLabel = "R",
      description = "FoundationDB's replication: 1 single, 2 double, 3 triple (default: 1).")
  private int replication = 1;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() {
    require("--metrics", metrics, 1, 4_294_967_295L);
    require("--tags", tags, 0, 1_000);
    require("--replication", replication, 1, 5);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (slots == null && step == null) {
      out.println("by JSON or Kafka");
      print(out, RingGeometry.DEFAULT);
      out.println();
      out.println("by remote write, OTLP, line protocol or Graphite");
      print(out, Objects.requireNonNull(RetentionRules.DEFAULT.defaultOf(Source.PROMETHEUS)));
    } else {
      int seconds = step == null ? (int) RingGeometry.DEFAULT.stepSeconds() : step;
      int count = slots == null ? RingGeometry.DEFAULT.slots() : slots;
      require("--slots", count, 1, Integer.MAX_VALUE);
      require("--step", seconds, 1, Integer.MAX_VALUE);
      print(out, RingGeometry.ofSeconds(seconds, count));
    }
    out.flush();
    return 0;
  }

  private void print(PrintWriter out, RingGeometry geometry) {
    long ring = RingSize.bytes(metrics, geometry.slots(), 0);
    long series = SERIES_BYTES + tags * TAG_BYTES;
    double total = (double) metrics * (double) (ring + series);
    line(out, "one ring covers", Spans.words(geometry.lapSeconds()));
    line(out, "one metric takes", bytes((double) (ring + series)));
    line(out, "all metrics take", bytes(total));
    if (replication > 1) {
      line(out, "with " + replication + " copies", bytes(total * replication));
    }
    line(
        out,
        "samples a second, at one per slot",
        number((double) metrics / geometry.stepSeconds()));
  }

  private static void require(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw new ConfigException(
          option + " must be a whole number from " + min + " to " + max + ", got " + value);
    }
  }

  private static void line(PrintWriter out, String what, String value) {
    out.printf("%-36s %s%n", what, value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%,.2f" : "%,.0f", value);
  }

  private static String bytes(double bytes) {
    String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit])
        + (unit == 0 ? "" : String.format(Locale.ROOT, " (%,.0f bytes)", bytes));
  }
}
