package dev.annulus.kv.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.remote.StoreProxy.Fate;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a store behind a network can do: lose connections, age, and be overrun. */
class StoreServerIT {
  private static final Duration SHORT = Duration.ofMillis(700);

  @TempDir private Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private EmbeddedEngine embedded;
  private StoreServer server;

  @BeforeEach
  void start() {
    embedded = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    server = StoreServer.start(StoreServerConfig.onLoopback(0), embedded);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    server.close();
    embedded.close();
  }

  @Test
  void severalClientsShareOneStore() {
    RemoteEngine first = client(server.port());
    RemoteEngine second = client(server.port());
    set(first, "a", "1");
    assertThat(get(second, "a")).isEqualTo("1");
    assertThat(server.stats().openConnections()).isEqualTo(2);
    assertThat(server.stats().commits()).isEqualTo(1);
  }

  @Test
  void aClientThatStartsFirstWaitsForTheServer() {
    int port = server.port();
    server.close();
    RemoteEngine client = client(port);
    CompletableFuture<Void> write = write(client, "a", "1");
    server = StoreServer.start(StoreServerConfig.onLoopback(port), embedded);
    write.join();
    assertThat(get(client, "a")).isEqualTo("1");
  }

  @Test
  void aClientSurvivesARestartOfTheServer() {
    RemoteEngine client = client(server.port());
    set(client, "a", "1");
    int port = server.port();
    server.close();
    embedded.close();
    CompletableFuture<Void> write = write(client, "b", "2");
    embedded = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    server = StoreServer.start(StoreServerConfig.onLoopback(port), embedded);
    write.join();
    assertThat(get(client, "a")).isEqualTo("1");
    assertThat(get(client, "b")).isEqualTo("2");
  }

  @Test
  void withoutAServerCallsFailInTimeAsUnavailable() {
    int port = server.port();
    server.close();
    KeyValueEngine client =
        opened(RemoteEngine.open(new RemoteConfig("127.0.0.1", port, SHORT, 1 << 20)));
    assertKind(() -> get(client, "a"), Kind.UNAVAILABLE);
    assertKind(() -> set(client, "a", "1"), Kind.UNAVAILABLE);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsRepeated() {
    StoreProxy proxy = opened(new StoreProxy(server.port()));
    RemoteEngine client = client(proxy.port());
    set(client, "warm", "up");
    proxy.nextCommit(Fate.UNANSWERED);
    AtomicInteger runs = new AtomicInteger();
    client
        .write(
            tx -> {
              tx.byteMax(bytes("run"), bytes("" + runs.incrementAndGet()));
              return CompletableFuture.completedFuture(null);
            })
        .join();
    // Once more, or oftener: a repetition can meet the connection that is being broken off.
    assertThat(runs.get()).as("the outcome of the first was unknown").isGreaterThan(1);
    assertThat(get(client, "run")).as("the last one has its effect").isEqualTo("" + runs.get());
    assertThat(server.stats().commits()).as("and the first had its").isGreaterThanOrEqualTo(3);
    assertThat(proxy.connections()).isGreaterThan(1);
  }

  @Test
  void aCommitThatNeverArrivedIsRepeatedToo() {
    StoreProxy proxy = opened(new StoreProxy(server.port()));
    RemoteEngine client = client(proxy.port());
    set(client, "warm", "up");
    proxy.nextCommit(Fate.LOST);
    set(client, "a", "1");
    assertThat(get(client, "a")).isEqualTo("1");
    assertThat(server.stats().commits()).isEqualTo(2);
  }

  @Test
  void aCommitThatStaysUnknownIsReportedAsSuch() {
    StoreProxy proxy = opened(new StoreProxy(server.port()));
    KeyValueEngine client =
        opened(RemoteEngine.open(new RemoteConfig("127.0.0.1", proxy.port(), SHORT, 1 << 20)));
    set(client, "warm", "up");
    proxy.commits(() -> Fate.UNANSWERED);
    assertKind(() -> set(client, "a", "1"), Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void aCommitThatWasGivenUpNeverLandsLater() {
    StoreProxy proxy = opened(new StoreProxy(server.port()));
    RemoteEngine client = client(proxy.port());
    set(client, "warm", "up");
    proxy.nextCommit(Fate.HELD);
    set(client, "a", "early");
    set(client, "a", "later");
    proxy.release();
    Awaitility.await().until(() -> server.stats().openConnections() == 1);
    assertThat(get(client, "a")).isEqualTo("later");
    assertThat(server.stats().commits()).isEqualTo(3);
  }

  @Test
  void aTransactionThatTakesTooLongStartsOver() {
    RemoteEngine client = client(server.port());
    set(client, "a", "1");
    AtomicInteger runs = new AtomicInteger();
    String value =
        client
            .read(
                tx -> {
                  CompletableFuture<byte[]> first = tx.get(bytes("a"));
                  if (runs.incrementAndGet() > 1) {
                    return first.thenApply(StoreServerIT::text);
                  }
                  first.join();
                  Awaitility.await().until(() -> server.stats().openTransactions() == 0);
                  return tx.get(bytes("a")).thenApply(StoreServerIT::text);
                })
            .join();
    assertThat(value).isEqualTo("1");
    assertThat(runs).hasValue(2);
    assertThat(server.stats().tooOld()).isEqualTo(1);
  }

  @Test
  void aLongRangeComesInPages() {
    RemoteEngine client = client(server.port());
    String value = "v".repeat(50_000);
    for (int i = 10; i < 40; i++) {
      set(client, "k" + i, value);
    }
    KeyRange all = KeyRange.startingWith(bytes("k"));
    Entries up = client.read(tx -> tx.getRange(all, 100, Order.ASCENDING)).join();
    Entries down = client.read(tx -> tx.getRange(all, 25, Order.DESCENDING)).join();
    assertThat(up.size()).isEqualTo(30);
    assertThat(text(up.key(29))).isEqualTo("k39");
    assertThat(down.size()).isEqualTo(25);
    assertThat(text(down.key(0))).isEqualTo("k39");
    assertThat(text(down.key(24))).isEqualTo("k15");
    client
        .write(
            tx -> {
              tx.clear(bytes("k20"));
              tx.set(bytes("k205"), bytes("own"));
              return tx.getRange(all, 100, Order.ASCENDING)
                  .thenAccept(
                      found -> {
                        assertThat(found.size()).isEqualTo(30);
                        assertThat(text(found.key(10))).isEqualTo("k205");
                      });
            })
        .join();
  }

  @Test
  void aTransactionThatEndedHoldsNoSnapshot() {
    RemoteEngine client = client(server.port());
    client
        .read(
            tx -> {
              tx.get(bytes("a")).join();
              assertThat(server.stats().openTransactions()).isEqualTo(1);
              return CompletableFuture.completedFuture(null);
            })
        .join();
    Awaitility.await().until(() -> server.stats().openTransactions() == 0);
  }

  @Test
  void whatIsNoClientIsTurnedAway() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      assertThat(new DataInputStream(socket.getInputStream()).read()).isEqualTo(-1);
    }
    RemoteEngine client = client(server.port());
    set(client, "still", "there");
  }

  @Test
  void moreClientsThanAllowedAreTurnedAwayWithTheReason() {
    server.close();
    StoreServerConfig one = StoreServerConfig.onLoopback(0).withMaxConnections(1);
    server = StoreServer.start(one, embedded);
    set(client(server.port()), "a", "1");
    KeyValueEngine second =
        opened(RemoteEngine.open(new RemoteConfig("127.0.0.1", server.port(), SHORT, 1 << 20)));
    assertThatThrownBy(() -> get(second, "a")).hasMessageContaining("serves 1 client(s)");
  }

  @Test
  void otherMachinesAreKeptOutUnlessAllowed() {
    assertThatThrownBy(() -> StoreServerConfig.on("0.0.0.0", 0, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("store.allow-remote");
    assertThat(StoreServerConfig.on("0.0.0.0", 0, true).allowRemote()).isTrue();
    assertThat(StoreServerConfig.on("localhost", 0, false).host()).isEqualTo("localhost");
  }

  @Test
  void manyRequestsShareAConnection() {
    RemoteEngine client = client(server.port());
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      writes.add(write(client, "m" + i, "" + i));
    }
    CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
    List<CompletableFuture<byte[]>> reads =
        client
            .read(
                tx -> {
                  List<CompletableFuture<byte[]>> all = new ArrayList<>();
                  for (int i = 0; i < 2_000; i++) {
                    all.add(tx.get(bytes("m" + i)));
                  }
                  return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                      .thenApply(done -> all);
                })
            .join();
    for (int i = 0; i < reads.size(); i++) {
      assertThat(text(reads.get(i).join())).isEqualTo("" + i);
    }
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void withoutFileDescriptorsTheOpenConnectionsAreServedAndOthersLater() throws Exception {
    server.close();
    ExhaustedSocket socket = new ExhaustedSocket();
    server = StoreServer.start(StoreServerConfig.onLoopback(0), embedded, socket);
    RemoteEngine first = client(server.port());
    set(first, "a", "1");
    socket.exhausted(true);
    RemoteEngine second = client(server.port());
    Awaitility.await().until(() -> server.stats().acceptFailures() >= 2);
    int before = socket.refusals();
    long begin = System.nanoTime();
    for (int i = 0; i < 500; i++) {
      set(first, "a", "" + i);
    }
    Awaitility.await().until(() -> System.nanoTime() - begin > 1_500_000_000L);
    assertThat(socket.refusals() - before).as("asked again, but not all the time").isBetween(1, 20);
    assertThat(get(first, "a")).isEqualTo("499");
    socket.exhausted(false);
    set(second, "b", "2");
    assertThat(get(first, "b")).isEqualTo("2");
  }

  @Test
  void aServerThatCannotListenLeavesNothingOpen() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () -> StoreServer.start(StoreServerConfig.onLoopback(server.port()), embedded))
          .hasMessageContaining("cannot listen");
    }
    assertThat(Thread.getAllStackTraces().keySet()).hasSizeLessThan(before.size() + 5);
  }

  @Test
  void aFullStoreSaysSoThroughTheServer() {
    server.close();
    embedded.close();
    embedded = EmbeddedEngine.open(EmbeddedConfig.in(directory).withMaxBytes(1));
    server = StoreServer.start(StoreServerConfig.onLoopback(0), embedded);
    RemoteEngine client = client(server.port());
    assertKind(() -> set(client, "a", "1"), Kind.FULL);
  }

  private RemoteEngine client(int port) {
    return opened(RemoteEngine.open(RemoteFixture.configOf(port)));
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.add(one);
    return one;
  }

  private static void assertKind(Runnable call, Kind kind) {
    assertThatThrownBy(call::run)
        .cause()
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static String get(KeyValueEngine engine, String key) {
    return text(engine.read(tx -> tx.get(bytes(key))).join());
  }

  private static void set(KeyValueEngine engine, String key, String value) {
    write(engine, key, value).join();
  }

  private static CompletableFuture<Void> write(KeyValueEngine engine, String key, String value) {
    return engine.write(
        tx -> {
          tx.set(bytes(key), bytes(value));
          return CompletableFuture.completedFuture(null);
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }
}
