package dev.annulus.benchmarks.layout;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDB;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What a sample costs a FoundationDB server of this machine by each layout. Rows run one after the
 * other on one cluster; give them a minute each, as a storage server applies later than it
 * acknowledges.
 *
 * <p>Arguments: cluster file, seconds for each row, and the beginnings of the names of the rows to
 * run; without any, all of them.
 */
public final class LayoutExperiment {
  private static final byte[] STATUS =
      ByteArrayUtil.join(
          new byte[] {(byte) 0xff, (byte) 0xff},
          "/status/json".getBytes(StandardCharsets.US_ASCII));

  private final Database database;
  private final long seconds;

  private LayoutExperiment(Database database, long seconds) {
    this.database = database;
    this.seconds = seconds;
  }

  /** Runs the rows and prints a line for each. */
  public static void main(String[] args) throws Exception {
    long seconds = args.length > 1 ? Long.parseLong(args[1]) : 60;
    List<String> asked =
        args.length > 2 ? Arrays.asList(args).subList(2, args.length) : List.of("");
    try (Database database = FDB.selectAPIVersion(730).open(args[0])) {
      LayoutExperiment experiment = new LayoutExperiment(database, seconds);
      System.out.printf(
          "%-48s %10s %9s %8s %8s %9s %7s%n",
          "row", "samples/s", "server µs", "p50 ms", "p99 ms", "queue MB", "lag s");
      for (Map.Entry<String, Row> row : rows().entrySet()) {
        if (asked.stream().anyMatch(row.getKey()::startsWith)) {
          experiment.run(row.getKey(), row.getValue());
        }
      }
    }
  }

  /**
   * @param workers each has one transaction in flight
   */
  private record Row(Work work, int workers) {}

  private static Map<String, Row> rows() {
    Map<String, Row> rows = new LinkedHashMap<>();
    rows.put("slots: a key per sample", new Row(new KeyPerSample(5_000, 10_000), 4));
    for (int workers : new int[] {1, 8}) {
      for (int kilobytes : new int[] {8, 32, 64, 96}) {
        rows.put(
            "journal: chunks of %d kB, %d lanes".formatted(kilobytes, workers),
            new Row(new JournalAppend(60_000, kilobytes * 1_000), workers));
      }
    }
    for (int workers : new int[] {4, 8, 16}) {
      rows.put(
          "blocks: 32 slots, 290 B, read, %d in flight".formatted(workers),
          new Row(new BlockMerge(500, 290, 30, 10_000 / workers, true), workers));
    }
    rows.put(
        "blocks: 64 slots, 550 B, read, 4 in flight",
        new Row(new BlockMerge(500, 550, 60, 2_500, true), 4));
    rows.put(
        "blocks: 128 slots, 1060 B, read, 4 in flight",
        new Row(new BlockMerge(500, 1_060, 120, 2_500, true), 4));
    rows.put(
        "blocks: 32 slots, 290 B, not read, 4 in flight",
        new Row(new BlockMerge(500, 290, 30, 2_500, false), 4));
    for (int kilobytes : new int[] {32, 64, 96}) {
      for (int workers : new int[] {2, 4}) {
        rows.put(
            "both: %d kB, 32 slots, %d batches in flight".formatted(kilobytes, workers),
            new Row(
                new AppendAndMerge(
                    new JournalAppend(60_000, kilobytes * 1_000),
                    new BlockMerge(500, 290, 30, 10_000 / workers, true)),
                workers));
      }
    }
    rows.put(
        "both: 32 kB, 64 slots, 2 batches in flight",
        new Row(
            new AppendAndMerge(
                new JournalAppend(60_000, 32_000), new BlockMerge(500, 550, 60, 5_000, true)),
            2));
    rows.put(
        "sparse: 32 kB, 32 slots, 5 samples a block",
        new Row(
            new AppendAndMerge(
                new JournalAppend(60_000, 32_000), new BlockMerge(500, 290, 5, 500_000, true)),
            2));
    return rows;
  }

  private void run(String name, Row row) throws Exception {
    database.run(
        transaction -> {
          transaction.clear(Range.startsWith(LayoutKeys.PREFIX));
          return null;
        });
    Queue<Double> millis = new ConcurrentLinkedQueue<>();
    ExecutorService threads = Executors.newFixedThreadPool(row.workers());
    double cpu = serverSeconds();
    long begin = System.nanoTime();
    List<Future<Long>> workers = new ArrayList<>();
    for (int i = 0; i < row.workers(); i++) {
      int worker = i;
      workers.add(threads.submit(() -> repeat(row.work(), worker, begin, millis)));
    }
    long samples = 0;
    for (Future<Long> worker : workers) {
      samples += worker.get();
    }
    double took = (System.nanoTime() - begin) / 1e9;
    threads.shutdown();
    JsonNode storage = status().at("/cluster/qos");
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        "%-48s %10.0f %9.2f %8.0f %8.0f %9.1f %7.1f%n",
        name,
        samples / took,
        (serverSeconds() - cpu) * 1e6 / samples,
        sorted[sorted.length / 2],
        sorted[(int) (sorted.length * 0.99)],
        storage.at("/worst_queue_bytes_storage_server").asDouble() / 1e6,
        storage.at("/worst_data_lag_storage_server/seconds").asDouble());
  }

  private long repeat(Work work, int worker, long begin, Queue<Double> millis) {
    long samples = 0;
    for (long step = 0; System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(seconds); step++) {
      long start = System.nanoTime();
      work.step(database, worker, step).join();
      millis.add((System.nanoTime() - start) / 1e6);
      samples += work.samples();
    }
    return samples;
  }

  private JsonNode status() throws IOException {
    byte[] status = database.run(transaction -> transaction.get(STATUS).join());
    return new ObjectMapper().readTree(status);
  }

  /** Processor time of all processes {@code fdbserver} of this machine so far. */
  private static double serverSeconds() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .filter(info -> info.command().orElse("").endsWith("fdbserver"))
        .flatMap(info -> info.totalCpuDuration().stream())
        .mapToDouble(cpu -> cpu.toNanos() / 1e9)
        .sum();
  }
}
