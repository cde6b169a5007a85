package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a store, sends it samples and prints the results: samples per second from the first
 * request until all are visible, CPU time per sample of the store and of this generator, bytes on
 * disk per sample, and memory. The first fifth of the samples is warm-up and not counted.
 *
 * <p>Arguments: targets and protocols, each a comma-separated list, then {@code samples=…}, {@code
 * hosts=…}, {@code ticks=…} (seconds per body), {@code connections=…}, {@code threads=…}.
 */
public final class IngestBenchmark {
  private final Load load;

  private IngestBenchmark(Load load) {
    this.load = load;
  }

  /** Runs every target with every protocol it supports. */
  public static void main(String[] args) throws Exception {
    List<Target> targets = parse(args.length > 0 ? args[0] : "annulus", Target.class);
    List<IngestProtocol> protocols =
        parse(args.length > 1 ? args[1] : "json,line,remote_write", IngestProtocol.class);
    Load load = Load.DEFAULT;
    for (int i = 2; i < args.length; i++) {
      load = load.with(args[i]);
    }
    System.out.println(load);
    System.out.println(
        "target           protocol      samples/s  acknowledged/s  store cpu us  generator cpu us"
            + "  store bytes  log bytes  rss MiB  peak MiB");
    for (IngestProtocol protocol : protocols) {
      for (Target target : targets) {
        if (target.path(protocol) != null) {
          new IngestBenchmark(load).run(target, protocol);
        }
      }
    }
  }

  private static <E extends Enum<E>> List<E> parse(String names, Class<E> type) {
    return Stream.of(names.split(","))
        .map(name -> Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_')))
        .toList();
  }

  private void run(Target target, IngestProtocol protocol) throws Exception {
    Path directory = Files.createTempDirectory("annulus-ingest");
    int port = freePort();
    int tcpPort = freePort();
    try (MeasuredProcess process =
        new MeasuredProcess(target.command(directory, port, tcpPort), directory)) {
      awaitReady(target, process, port, tcpPort);
      try (LoadSender sender = new LoadSender(target, protocol, load, port, tcpPort)) {
        sender.send(0, load.warmUpBodies(protocol));
        sender.awaitVisible(process);
        measure(target, protocol, process, sender);
      }
    } finally {
      delete(directory);
    }
  }

  private void measure(
      Target target, IngestProtocol protocol, MeasuredProcess process, LoadSender sender)
      throws Exception {
    int from = load.warmUpBodies(protocol);
    int to = load.bodies(protocol);
    double cpu = process.cpuSeconds();
    double own = ownCpuSeconds();
    long start = System.nanoTime();
    long samples = sender.send(from, to);
    double acknowledged = (System.nanoTime() - start) / 1e9;
    double ownCpu = ownCpuSeconds() - own;
    sender.awaitVisible(process);
    double visible = sender.visibleNanos(start) / 1e9;
    double storeCpu = process.cpuSeconds() - cpu;
    long[] memory = process.residentMiB();
    double total = (double) samples * to / (to - from);
    System.out.printf(
        "%-16s %-12s %10.0f %15.0f %13.2f %17.2f %12.1f %10.1f %8d %9d%n",
        target.name().toLowerCase(Locale.ROOT),
        protocol.name().toLowerCase(Locale.ROOT),
        samples / visible,
        samples / acknowledged,
        storeCpu * 1e6 / samples,
        ownCpu * 1e6 / samples,
        process.diskBytes(target.folders().get(0)) / total,
        process.diskBytes(target.folders().get(1)) / total,
        memory[0],
        memory[1]);
  }

  private static void awaitReady(Target target, MeasuredProcess process, int port, int tcpPort)
      throws Exception {
    for (int i = 0; i < 3_000 && process.isAlive(); i++) {
      int wanted = target.ready().isEmpty() ? tcpPort : port;
      try (Connection connection = new Connection(wanted)) {
        if (target.ready().isEmpty()) {
          return;
        }
        connection.request("GET", target.ready(), "", new byte[0]);
        if (connection.status() < 300) {
          if (target == Target.INFLUXDB) {
            connection.request("POST", "/query?q=CREATE+DATABASE+bench", "", new byte[0]);
          }
          return;
        }
      } catch (IOException e) {
        // not listening yet
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException(
        target + " did not become ready: " + Files.readString(process.log()));
  }

  private static double ownCpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** A port below the ephemeral range, so that it stays free. */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // in use: try another
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(files::add);
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
