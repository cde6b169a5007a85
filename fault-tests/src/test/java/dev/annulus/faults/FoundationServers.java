package dev.annulus.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A FoundationDB cluster of three servers, each a coordinator in a process of its own and in a
 * fault zone of its own, with two copies of all data.
 */
final class FoundationServers implements AutoCloseable {
  private static final int COUNT = 3;

  private final Path directory;
  private final Path server;
  private final List<Server> servers = new ArrayList<>();

  /**
   * @param directory gets data, cluster file and output
   * @param server the fdbserver; fdbcli is beside it or on the path
   */
  FoundationServers(Path directory, Path server) throws IOException {
    this.directory = directory;
    this.server = server;
    for (int id = 0; id < COUNT; id++) {
      servers.add(new Server(id, ChildProcess.freePort()));
    }
    String coordinators =
        servers.stream().map(Server::address).collect(Collectors.joining(",", "faults:1@", ""));
    Files.writeString(clusterFile(), coordinators + "\n");
  }

  /** The fdbserver that {@code FDBSERVER} names, or the path; empty if there is none. */
  static Optional<Path> server() {
    String named = System.getenv("FDBSERVER");
    return Stream.concat(
            Stream.ofNullable(named).map(Path::of),
            Stream.of(System.getenv("PATH").split(":", -1)).map(at -> Path.of(at, "fdbserver")))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts the servers and creates a database. */
  FoundationServers start() throws IOException, InterruptedException {
    servers.forEach(ChildProcess::launch);
    Awaitility.await("a database")
        .atMost(2, TimeUnit.MINUTES)
        .until(() -> cli("configure new double ssd").contains("Database created"));
    awaitHealthy();
    return this;
  }

  List<ChildProcess> all() {
    return List.copyOf(servers);
  }

  Path clusterFile() {
    return directory.resolve("fdb.cluster");
  }

  /** Waits until all data has two copies again. */
  void awaitHealthy() {
    Awaitility.await("two copies of all data")
        .atMost(5, TimeUnit.MINUTES)
        .until(() -> cli("status").contains("Replication health     - Healthy"));
  }

  @Override
  public void close() throws InterruptedException {
    for (ChildProcess one : servers) {
      one.close();
    }
  }

  private String cli(String command) throws IOException, InterruptedException {
    Path beside = server.resolveSibling("fdbcli");
    Path output = Files.createTempFile(directory, "fdbcli", ".log");
    Process cli =
        new ProcessBuilder(
                Files.isExecutable(beside) ? beside.toString() : "fdbcli",
                "-C",
                clusterFile().toString(),
                "--timeout",
                "20",
                "--exec",
                command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    cli.waitFor();
    return Files.readString(output);
  }

  private final class Server extends ChildProcess {
    private final int id;
    private final int port;

    Server(int id, int port) {
      super("fdbserver " + id, directory.resolve("fdbserver-" + id + ".log"));
      this.id = id;
      this.port = port;
    }

    String address() {
      return "127.0.0.1:" + port;
    }

    @Override
    List<String> line() {
      try {
        Path data = Files.createDirectories(directory.resolve("fdb-" + id));
        Path traces = Files.createDirectories(directory.resolve("fdb-traces-" + id));
        List<String> line = new ArrayList<>(List.of(server.toString(), "-p", address()));
        line.addAll(List.of("-C", clusterFile().toString(), "-d", "" + data, "-L", "" + traces));
        line.addAll(List.of("--locality_zoneid", "zone" + id, "--locality_machineid", "m" + id));
        return line;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    Map<String, String> environment() {
      return Map.of();
    }

    @Override
    boolean isReady() {
      try {
        return cli("status").contains("FoundationDB processes - " + COUNT);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
