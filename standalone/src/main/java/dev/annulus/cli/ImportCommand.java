package dev.annulus.cli;

import dev.annulus.store.ImportOptions;
import dev.annulus.store.StoreTransfer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code annulus import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    header = {
      "Examples:",
      "  annulus import --data-dir ~/.annulus backup.annulus.gz",
      "  annulus import --cluster-file fdb.cluster --same-log backup.annulus.gz",
      ""
    },
    description = {
      "Merges an export into a database, then compares every sample with the file. Newer samples"
          + " that are there already stay. A damaged file is refused before anything is written.",
      ""
    })
final class ImportCommand implements Callable<Integer> {
  @Mixin private StoreOptions store = new StoreOptions();

  @Option(
      names = "--same-log",
      description =
          "The target reads the very Kafka topic that the source read: keep the samples' places in"
              + " it. Wrong with any other topic: new samples would be dropped as old ones.")
  private boolean sameLog;

  @Option(
      names = "--overwrite-dashboards",
      description = "Replace dashboards of the same name (default: keep them and say so).")
  private boolean overwriteDashboards;

  @Parameters(paramLabel = "FILE", description = "Compressed if it ends in .gz.")
  private Path file = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = java.util.Objects.requireNonNull(spec).commandLine().getErr();
    boolean compressed = ExportCommand.isCompressed(file);
    StoreTransfer.Imported imported;
    try (StoreOptions.Opened opened = store.open(true)) {
      imported =
          opened
              .store()
              .transfer()
              .importFrom(
                  () -> ExportCommand.open(file, compressed),
                  new ImportOptions(sameLog, overwriteDashboards),
                  new TransferProgress(err));
    }
    LoggerFactory.getLogger("annulus.audit")
        .atInfo()
        .addKeyValue("action", "database imported")
        .addKeyValue("file", file)
        .log("admin action");
    err.println(
        "annulus: imported and compared: %s; %,d samples had been superseded by newer ones"
            .formatted(imported.counts(), imported.newer()));
    imported.conflicts().forEach(conflict -> err.println("annulus: conflict: " + conflict));
    err.flush();
    return imported.conflicts().isEmpty() ? 0 : 1;
  }
}
