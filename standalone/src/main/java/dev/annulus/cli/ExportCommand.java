package dev.annulus.cli;

import dev.annulus.store.StoreTransfer;
import dev.annulus.store.TransferCounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code annulus export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    header = {
      "Examples:",
      "  annulus export --data-dir ~/.annulus backup.annulus.gz",
      "  annulus export --cluster-file /etc/foundationdb/fdb.cluster backup.annulus.gz",
      ""
    },
    description = {
      "Writes a whole database to a file: metrics, rings, counter states, dashboards. The file is"
          + " checked before it gets its name.",
      ""
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "Must not exist yet. Compressed if it ends in .gz.")
  private Path file = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(file)) {
      throw new IOException(file + " exists already; an export overwrites nothing");
    }
    PrintWriter err = java.util.Objects.requireNonNull(spec).commandLine().getErr();
    TransferProgress progress = new TransferProgress(err);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    TransferCounts written;
    try (StoreOptions.Opened opened = store.open(false);
        OutputStream target = create(part, isCompressed(file))) {
      written = opened.store().transfer().exportTo(target, progress);
    }
    TransferCounts read =
        StoreTransfer.check(
            () -> open(part, isCompressed(file)), counts -> progress.at("check", counts));
    if (!read.equals(written)) {
      throw new IOException("%s holds %s instead of %s".formatted(part, read, written));
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    err.println("annulus: exported and checked: " + written);
    err.flush();
    return 0;
  }

  static boolean isCompressed(Path file) {
    return file.toString().endsWith(".gz");
  }

  static InputStream open(Path file, boolean compressed) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return compressed ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static OutputStream create(Path file, boolean compressed) throws IOException {
    OutputStream out =
        Files.newOutputStream(
            file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    return compressed ? new GZIPOutputStream(out, 1 << 16) : out;
  }
}
