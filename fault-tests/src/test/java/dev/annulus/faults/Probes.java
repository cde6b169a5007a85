package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/**
 * Honest clients, one of each kind, each with a request every tenth of a second: health, one sample
 * by each protocol, {@code SELECT 1}. Every request has a connection of its own, but Kafka's. All
 * have to be answered, and well, within the limit, which is one of a machine that nobody else uses;
 * what was acknowledged has to be stored.
 */
final class Probes implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Rather more than the limit, so that what is late says how late. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int TOLD = 5;

  private final Annulus annulus;
  private final int graphitePort;
  private final long start;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Processors processors;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<String, Kind> kinds = new ConcurrentSkipListMap<>();

  /** One kind of client. */
  private static final class Kind {
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicLong slowest = new AtomicLong();
    private final List<String> problems = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();

    synchronized void problem(String what) {
      problems.add(what);
    }

    synchronized void late(long from, long to) {
      late.add(new Late(from, to));
    }

    synchronized List<Late> takeLate() {
      List<Late> taken = List.copyOf(late);
      late.clear();
      return taken;
    }

    synchronized List<String> takeProblems() {
      List<String> taken = List.copyOf(problems);
      problems.clear();
      return taken;
    }
  }

  /** From when to when a request took, by {@link System#nanoTime}. */
  private record Late(long from, long to) {}

  /** Sends something; throws if the answer is not as it has to be. */
  private interface Request {
    void send() throws Exception;
  }

  /**
   * @param start of the samples' times, epoch seconds, one second each
   */
  Probes(Annulus annulus, int graphitePort, long start) {
    this.annulus = annulus;
    this.graphitePort = graphitePort;
    this.start = start;
    this.processors = new Processors(annulus.process());
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", annulus.bootstrapServers(), "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    int port = annulus.process().http().getPort();
    kind("livez", () -> http(port, RawHttp.get("/livez"), "ok"));
    kind("select", () -> http(port, select(), "\"x\":1"));
    for (Bodies.Protocol protocol : Bodies.protocols()) {
      kind(protocol.stored(), () -> http(port, protocol.sample(next(protocol.stored())), ""));
    }
    kind("graphite", () -> graphite("graphite 1 " + next("graphite") + "\n"));
    kind("kafka", this::kafka);
  }

  private static byte[] select() {
    return RawHttp.post(
        "/query", "application/json", "", Bodies.utf8("{\"sql\":\"SELECT 1 AS x\"}"));
  }

  private void kind(String name, Request request) {
    Kind kind = new Kind();
    kinds.put(name, kind);
    Thread thread = new Thread(() -> repeat(kind, request), "probe-" + name);
    threads.add(thread);
  }

  Probes start() {
    threads.forEach(Thread::start);
    return this;
  }

  private void repeat(Kind kind, Request request) {
    try {
      do {
        long begun = System.nanoTime();
        String problem = null;
        try {
          request.send();
          kind.answered.incrementAndGet();
        } catch (IOException | ExecutionException | TimeoutException e) {
          problem = e.toString();
        }
        long took = System.nanoTime() - begun;
        kind.slowest.accumulateAndGet(took, Math::max);
        if (problem != null) {
          kind.unknown.incrementAndGet();
          kind.problem("%s after %d ms".formatted(problem, took / 1_000_000));
        } else if (took > LIMIT.toNanos()) {
          kind.late(begun, begun + took);
        }
      } while (!stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (Exception e) {
      kind.problem(e.toString());
    }
  }

  /** Waits until so many more requests of each kind are answered. */
  void awaitMore(int requests) {
    Map<String, Integer> before = new TreeMap<>();
    kinds.forEach((name, kind) -> before.put(name, kind.answered.get()));
    Awaitility.await("honest clients")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                before.entrySet().stream()
                    .allMatch(
                        one ->
                            kinds.get(one.getKey()).answered.get() >= one.getValue() + requests));
  }

  private long next(String name) {
    Kind kind = kinds.get(name);
    return start + kind.answered.get() + kind.unknown.get();
  }

  private static void http(int port, byte[] request, String expected) throws IOException {
    RawHttp.Answer answer = RawHttp.exchange(port, request, PATIENCE);
    if (answer.status() / 100 != 2 || !answer.text().contains(expected)) {
      throw new IOException("answered " + answer.text());
    }
  }

  /** Graphite has no answers; but the connection is closed once Kafka has its samples. */
  private void graphite(String line) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Socket socket = RawHttp.connect(graphitePort, PATIENCE)) {
      socket.getOutputStream().write(Bodies.utf8(line));
      socket.shutdownOutput();
      RawHttp.rest(socket, deadline);
    }
  }

  private void kafka() throws Exception {
    String sample = "{\"name\":\"kafka\",\"ts\":%d,\"value\":1,\"slots\":86400}";
    Future<?> sent =
        producer.send(
            new ProducerRecord<>("samples", Bodies.utf8(sample.formatted(next("kafka")))));
    sent.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What was not answered as it has to be, since this was asked last; empty if all was.
   *
   * @param during what happened meanwhile
   */
  List<String> problems(String during) {
    List<String> all = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    kinds.forEach(
        (name, kind) -> {
          List<String> problems = new ArrayList<>(kind.takeProblems());
          kind.takeLate().forEach(one -> problems.addAll(tooLate(one)));
          problems.stream().limit(TOLD).forEach(one -> all.add(during + ": " + name + " " + one));
          if (problems.size() > TOLD) {
            all.add("%s: %s %d more".formatted(during, name, problems.size() - TOLD));
          }
          line.append(' ').append(name).append(' ').append(kind.slowest.getAndSet(0) / 1_000_000);
        });
    System.out.printf("  %s, slowest in ms:%s%n", during, line);
    return all;
  }

  /** What others had of the machine meanwhile, the limit is longer. */
  private List<String> tooLate(Late one) {
    double others = processors.shareOfOthers(one.from, one.to);
    long took = one.to - one.from;
    String told =
        "answered after %d ms, others having had %d %% of the machine"
            .formatted(took / 1_000_000, Math.round(100 * others));
    boolean isLate = took * (1 - others) > LIMIT.toNanos();
    System.out.printf("    %s%s%n", told, isLate ? "" : ", which is allowed");
    return isLate ? List.of(told) : List.of();
  }

  /** Stops, and fails unless every sample that was acknowledged is stored. */
  void verify() throws InterruptedException {
    stopped.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    long begun = System.nanoTime();
    Offsets.awaitRead(annulus.bootstrapServers(), Processes.GROUP);
    System.out.printf(
        "  the sink had everything after %d s%n",
        Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    Map<String, Kind> sent = new TreeMap<>(kinds);
    sent.keySet().removeAll(List.of("livez", "select"));
    Awaitility.await("all samples that were acknowledged")
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (Map.Entry<String, Kind> one : sent.entrySet()) {
                long least = one.getValue().answered.get();
                long most = least + one.getValue().unknown.get();
                assertThat(stored(one.getKey())).as(one.getKey()).isBetween(least, most);
              }
            });
  }

  private long stored(String name) throws IOException {
    Api api = annulus.api();
    String sql = "SELECT count(*) AS n FROM samples WHERE metric_id = " + api.idOf(name);
    return api.query(sql).at("/0/n").asLong();
  }

  @Override
  public void close() {
    stopped.countDown();
    processors.close();
    producer.close(Duration.ZERO);
  }
}
