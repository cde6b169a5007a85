package dev.annulus.query.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who has a turn when. */
class PlacesTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LongTexts longTexts = new LongTexts();
  private final List<String> started = new CopyOnWriteArrayList<>();
  private final Places places =
      new Places(
          new ReadLimits(1, 1, Duration.ofMillis(100), 2, 2, 1), read -> started.add(read.id()));

  private RunningQuery read(String id) {
    return read(id, "SELECT 1");
  }

  private RunningQuery read(String id, String sql) {
    return new RunningQuery(
        id,
        new ReadRequest(sql, "127.0.0.1", null, System.nanoTime(), LIMIT),
        Instant.EPOCH,
        places,
        Duration.ofMillis(100),
        longTexts);
  }

  @Test
  void whoHasNotBegunComesBeforeWhoHasSteppedBack() {
    IntStream.range(0, 3).forEach(i -> assertThat(places.enter(read("" + i))).isTrue());
    assertThat(started).containsExactly("0");
    CompletableFuture<Boolean> first = stepBack();
    await(() -> started.size() == 2);
    CompletableFuture<Boolean> second = stepBack();
    await(() -> started.size() == 3);
    assertThat(places.isCrowded()).as("two wait to go on").isTrue();
    places.leave(false);
    assertThat(first.join()).isTrue();
    assertThat(second).isNotDone();
    places.leave(false);
    assertThat(second.join()).isTrue();
    assertThat(places.isCrowded()).isFalse();
    places.leave(false);
    assertThat(places.running() + places.queued()).isZero();
  }

  @Test
  void whoIsExpectedToTakeLongBeginsAfterTheOthersAndIsNotForgotten() {
    longTexts.remember(LongTexts.hash("SELECT long"), true);
    places.enter(read("first"));
    for (int i = 0; i < 4; i++) {
      assertThat(places.enter(read("long" + i, "SELECT long"))).isTrue();
    }
    assertThat(places.enter(read("long4", "SELECT long")))
        .as("they leave half of the queue")
        .isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(places.enter(read("" + i))).isTrue();
      places.leave(false);
    }
    assertThat(started).startsWith("first", "0", "1", "2", "3", "4").contains("long0");
    assertThat(started.indexOf("long0")).isLessThan(started.indexOf("18"));
    for (int i = 0; i < 5; i++) {
      places.leave(false);
    }
    assertThat(started).hasSize(25).endsWith("long1", "long2", "long3");
    assertThat(places.running() + places.queued()).isZero();
  }

  @Test
  void whoTurnsOutToTakeLongWhileItWaitsBeginsAfterTheOthers() {
    places.enter(read("long0", "SELECT long"));
    places.enter(read("long1", "SELECT long"));
    places.enter(read("long2", "SELECT long"));
    places.enter(read("short"));
    longTexts.remember(LongTexts.hash("SELECT long"), true);
    IntStream.range(0, 4).forEach(i -> places.leave(false));
    assertThat(started).containsExactly("long0", "short", "long1", "long2");
    assertThat(places.running() + places.queued()).isZero();
  }

  @Test
  void textsThatTookLongAreKnownWithOtherNumbersUntilTheyAreShort() {
    LongTexts texts = new LongTexts();
    texts.remember(LongTexts.hash("SELECT sum(x) FROM generate_series(1, 100) AS g(x)"), true);
    texts.remember(LongTexts.hash("SELECT 1"), false);
    assertThat(
            texts.contains(
                LongTexts.hash("SELECT sum(x) FROM generate_series(1, 90000000) AS g(x)")))
        .isTrue();
    assertThat(texts.contains(LongTexts.hash("SELECT 2"))).isFalse();
    texts.remember(LongTexts.hash("SELECT sum(x) FROM generate_series(1, 5) AS g(x)"), false);
    assertThat(texts.contains(LongTexts.hash("SELECT sum(x) FROM generate_series(1, 100) AS g(x)")))
        .isFalse();
  }

  @Test
  void whoHasSteppedBackIsNotForgottenOverNewOnes() {
    places.enter(read("old"));
    places.enter(read("0"));
    CompletableFuture<Boolean> old = stepBack();
    await(() -> started.contains("0"));
    List<String> others = new ArrayList<>();
    for (int i = 1; !old.isDone() && i < 20; i++) {
      assertThat(places.enter(read("" + i))).isTrue();
      int before = started.size();
      places.leave(false);
      await(() -> started.size() > before || old.isDone());
      others.add("" + i);
    }
    assertThat(old.join()).isTrue();
    assertThat(others).hasSizeLessThan(10);
  }

  @Test
  void whoMustEndWaitsNoLongerAndHasNoPlace() {
    places.enter(read("0"));
    places.enter(read("1"));
    CompletableFuture<Boolean> ended =
        CompletableFuture.supplyAsync(() -> places.stepBack(() -> true));
    assertThat(ended.join()).isFalse();
    assertThat(started).containsExactly("0", "1");
    assertThat(places.running()).isEqualTo(1);
    assertThat(places.queued()).isZero();
  }

  @Test
  void noMoreStepBackThanMayWait() {
    for (int i = 0; i < 5; i++) {
      places.enter(read("" + i));
    }
    stepBack();
    await(() -> started.size() == 2);
    stepBack();
    await(() -> started.size() == 3);
    assertThat(places.stepBack(() -> false)).as("it goes on").isTrue();
    assertThat(started).hasSize(3);
  }

  /** The read it waits for may need the very place that it would hold. */
  @Test
  void whoWaitsForAnotherReadHoldsNoPlace() {
    RunningQuery waiting = read("waiting");
    places.enter(waiting);
    CompletableFuture<String> plan = new CompletableFuture<>();
    CompletableFuture<Void> done =
        run(
            waiting,
            () -> {
              waiting.cancel().standAside(plan);
              waiting.check();
            });
    await(() -> places.running() == 0);
    assertThat(places.queued()).isEqualTo(1);
    assertThat(places.enter(read("maker"))).isTrue();
    assertThat(started).containsExactly("waiting", "maker");
    plan.complete("made");
    await(places::isCrowded);
    assertThat(done).as("it needs a place again").isNotDone();
    places.leave(false);
    done.join();
    assertThat(places.running() + places.queued()).isZero();
  }

  @Test
  void whoWaitsForAnotherReadTooLongEndsWithoutAPlace() {
    RunningQuery waiting = read("waiting");
    places.enter(waiting);
    CompletableFuture<Void> done =
        run(
            waiting,
            () -> {
              waiting.cancel().standAside(new CompletableFuture<>());
              waiting.check();
            });
    await(() -> places.running() == 0);
    waiting.cancel().cancel();
    assertThatThrownBy(done::join).hasRootCauseMessage("the query was cancelled");
    assertThat(places.running() + places.queued()).isZero();
  }

  @Test
  void noMoreWaitForOthersThanMayWait() {
    CompletableFuture<String> plan = new CompletableFuture<>();
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RunningQuery waiting = read("" + i);
      places.enter(waiting);
      done.add(run(waiting, () -> waiting.cancel().standAside(plan)));
      await(() -> places.running() == 0);
    }
    assertThatThrownBy(() -> done.get(2).join()).hasMessageContaining("too many queries wait");
    plan.complete("made");
    done.get(0).join();
    done.get(1).join();
    assertThat(places.running() + places.queued()).isZero();
  }

  /** Runs a read that has got a place, as its runner would. */
  private static CompletableFuture<Void> run(RunningQuery read, Runnable work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              read.start();
              Throwable failure = null;
              try {
                work.run();
              } catch (RuntimeException e) {
                failure = e;
              }
              read.end();
              if (failure == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(failure);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private CompletableFuture<Boolean> stepBack() {
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    Thread thread = new Thread(() -> turn.complete(places.stepBack(() -> false)));
    thread.setDaemon(true);
    thread.start();
    return turn;
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(condition);
  }
}
