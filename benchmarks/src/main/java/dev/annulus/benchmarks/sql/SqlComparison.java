package dev.annulus.benchmarks.sql;

import com.sun.management.OperatingSystemMXBean;
import dev.annulus.benchmarks.sql.SqlPeer.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Runs the same queries on every database, alternating in blocks of ten. Prints median and 95th
 * percentile of the time from SQL text to last row, and the process CPU time per run, which other
 * load on the machine affects less. Each run has a different text, with other times and another
 * metric, as from a refreshing dashboard. With {@code FDB_CLUSTER_FILE}, Annulus runs on that
 * cluster, too.
 */
public final class SqlComparison {
  private static final Dataset DATA = new Dataset(100, 3_600, 1_700_000_040L);
  private static final int BLOCK = 10;

  /** Maximum number of warm-up blocks. */
  private static final int WARM_UP = 20;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private SqlComparison() {}

  /** Argument: measured blocks per query, after as many warm-up blocks; default 20. */
  public static void main(String[] args) throws Exception {
    int blocks = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    Path directory = Files.createTempDirectory("annulus-sql");
    String cluster = System.getenv("FDB_CLUSTER_FILE");
    try (AnnulusPeer annulus = AnnulusPeer.embedded(Files.createDirectory(directory.resolve("a")));
        AnnulusPeer onFoundation =
            cluster == null ? null : AnnulusPeer.onFoundation(Path.of(cluster));
        QuestDbPeer questDb = new QuestDbPeer(Files.createDirectory(directory.resolve("q")));
        DuckDbPeer duckDb = new DuckDbPeer(directory.resolve("duck.db").toString())) {
      List<SqlPeer> peers =
          Stream.of(annulus, onFoundation, questDb, duckDb).filter(Objects::nonNull).toList();
      start(annulus);
      for (SqlPeer peer : peers) {
        long start = System.nanoTime();
        peer.load(DATA);
        System.out.printf("%s loaded in %d ms%n", peer.name(), millis(System.nanoTime() - start));
      }
      for (Question question : Question.values()) {
        compare(question, peers, blocks);
      }
      planning(annulus, blocks * BLOCK);
      for (AnnulusPeer peer : Stream.of(annulus, onFoundation).filter(Objects::nonNull).toList()) {
        newest(peer, blocks * BLOCK);
      }
    } finally {
      delete(directory);
    }
  }

  private static void start(AnnulusPeer annulus) {
    long start = System.nanoTime();
    annulus.engine().warmUp();
    long warm = System.nanoTime();
    annulus.run(annulus.sql(Question.MINUTES_OF_ONE, DATA, 0));
    System.out.printf(
        "Annulus: warm-up %d ms, first query after it %d ms%n",
        millis(warm - start), millis(System.nanoTime() - warm));
  }

  private static void compare(Question question, List<SqlPeer> peers, int blocks) throws Exception {
    List<Timings> timings = peers.stream().map(peer -> new Timings(peer, blocks * BLOCK)).toList();
    for (int block = -Math.min(WARM_UP, blocks); block < blocks; block++) {
      for (Timings timing : timings) {
        timing.run(question, block);
      }
    }
    System.out.printf("%n%s%n", question.title());
    for (Timings timing : timings) {
      check(timings.get(0).answer, timing.answer, timing.peer);
      timing.print(timings.get(0));
    }
  }

  /** The run times of one database. */
  private static final class Timings {
    private final SqlPeer peer;
    private final long[] nanos;
    private Result answer = new Result(0, 0);
    private long cpuNanos;
    private int count;

    Timings(SqlPeer peer, int runs) {
      this.peer = peer;
      this.nanos = new long[runs];
    }

    void run(Question question, int block) throws Exception {
      long cpu = PROCESS.getProcessCpuTime();
      for (int i = 0; i < BLOCK; i++) {
        String sql = peer.sql(question, DATA, (block + WARM_UP) * BLOCK + i);
        long start = System.nanoTime();
        answer = peer.run(sql);
        if (block >= 0) {
          nanos[count++] = System.nanoTime() - start;
        }
      }
      cpuNanos += block >= 0 ? PROCESS.getProcessCpuTime() - cpu : 0;
    }

    void print(Timings first) {
      Arrays.sort(nanos);
      System.out.printf(
          "  %-8s median %8.3f ms  p95 %8.3f ms  cpu %8.3f ms  ratio %6.2f (cpu %6.2f)  rows %d%n",
          peer.name(),
          median() / 1e6,
          nanos[count * 95 / 100] / 1e6,
          cpuNanos / 1e6 / count,
          (double) median() / first.median(),
          (double) cpuNanos / first.cpuNanos,
          answer.rows());
    }

    private long median() {
      return nanos[count / 2];
    }
  }

  private static void check(Result expected, Result answer, SqlPeer peer) {
    if (expected.rows() != answer.rows()
        || Math.abs(expected.sum() - answer.sum()) > 1e-6 * Math.abs(expected.sum())) {
      throw new IllegalStateException(peer.name() + " gave " + answer + ", not " + expected);
    }
  }

  /** Planning time with a cached plan, and without. */
  private static void planning(AnnulusPeer annulus, int runs) {
    long[] hits = new long[runs];
    long[] misses = new long[runs];
    for (int run = -WARM_UP * 5; run < runs; run++) {
      String sql = annulus.sql(Question.MINUTES_OF_ONE, DATA, run + WARM_UP * 5);
      annulus.run(sql);
      long hit = annulus.planningNanos();
      annulus.run(sql.replace("AS v", "AS v" + (run + WARM_UP * 5)));
      if (run >= 0) {
        hits[run] = hit;
        misses[run] = annulus.planningNanos();
      }
    }
    Arrays.sort(hits);
    Arrays.sort(misses);
    System.out.printf(
        "%nAnnulus: planning, median: cached %.3f ms, not cached %.2f ms%n",
        hits[runs / 2] / 1e6, misses[runs / 2] / 1e6);
  }

  /** A query right after a write to its metric, which it has to see. */
  private static void newest(AnnulusPeer annulus, int runs) {
    long[] nanos = new long[runs];
    for (int run = -WARM_UP * BLOCK; run < runs; run++) {
      annulus.append(DATA);
      long start = System.nanoTime();
      Result newest =
          annulus.run("SELECT max(ts) FROM samples WHERE metric_id = 1 AND ts > " + DATA.end());
      if (run >= 0) {
        nanos[run] = System.nanoTime() - start;
      }
      if (newest.sum() != DATA.end() + 1 + WARM_UP * BLOCK + run) {
        throw new IllegalStateException(annulus.name() + " has not seen the last write: " + newest);
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%s: newest sample after a write, median %.3f ms, p95 %.3f ms%n",
        annulus.name(), nanos[runs / 2] / 1e6, nanos[runs * 95 / 100] / 1e6);
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
