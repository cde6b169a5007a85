package dev.annulus.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One {@code bin/annulus standalone}. */
final class Annulus implements AutoCloseable {
  private final Path directory;
  private final int kafkaPort = ChildProcess.freePort();
  private final AnnulusProcess process;
  private final List<String> exported;
  private int exports;

  /**
   * @param directory holds the data and the output
   * @param options further options of the command
   */
  Annulus(Path directory, String... options) {
    this(directory, "", List.of(options));
  }

  /**
   * The same with options of the JVM.
   *
   * @param javaOptions separated by blanks; empty for those of {@code bin/annulus} only
   */
  Annulus(Path directory, String javaOptions, List<String> options) {
    this(
        directory,
        javaOptions,
        options,
        List.of("--data-dir", directory.resolve("data").toString()));
  }

  private Annulus(Path directory, String javaOptions, List<String> options, List<String> exported) {
    this.directory = directory;
    this.exported = exported;
    this.process = new AnnulusProcess("standalone", directory, javaOptions, arguments(options));
  }

  /**
   * The same whose store is FoundationDB.
   *
   * @param keyPrefix of the database, which others may share the cluster with
   */
  static Annulus on(Path directory, Path clusterFile, String keyPrefix, String... options) {
    List<String> cluster = List.of("--cluster-file", clusterFile.toString());
    List<String> all = new ArrayList<>(List.of("--store", "fdb"));
    all.addAll(cluster);
    all.addAll(List.of("--set", "store.key-prefix=" + keyPrefix));
    all.addAll(List.of(options));
    List<String> exported = new ArrayList<>(cluster);
    exported.addAll(List.of("--key-prefix", keyPrefix));
    return new Annulus(directory, "", all, exported);
  }

  Api api() {
    return process.api();
  }

  int kafkaPort() {
    return kafkaPort;
  }

  AnnulusProcess process() {
    return process;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  Path dataDir() {
    return directory.resolve("data");
  }

  /** What the next start says. */
  void options(String... options) {
    process.arguments(arguments(List.of(options)));
  }

  /** Starts it and waits until it is ready. */
  Annulus start() {
    process.start();
    return this;
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  int stop() throws InterruptedException {
    return process.stop();
  }

  /**
   * Fails unless the store has, bit by bit, what the topic says. Nobody may write meanwhile; it is
   * started anew.
   */
  void verifyBits() throws Exception {
    Offsets.awaitRead(bootstrapServers(), Processes.GROUP);
    LogModel model = LogModel.of(bootstrapServers());
    stop();
    Path export = directory.resolve("export" + exports++);
    List<String> line = new ArrayList<>(List.of("export"));
    line.addAll(exported);
    line.add(export.toString());
    AnnulusProcess.run(directory, line.toArray(String[]::new));
    model.verify(export);
    start();
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }

  private List<String> arguments(List<String> options) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--kafka-port", "" + kafkaPort, "--data-dir", dataDir().toString()));
    all.addAll(options);
    return all;
  }
}
