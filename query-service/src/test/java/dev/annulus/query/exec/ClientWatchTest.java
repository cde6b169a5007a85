package dev.annulus.query.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.query.exec.Connections.State;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClientWatchTest {
  private final Queue<State> looks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger looked = new AtomicInteger();
  private final RunningQuery query =
      new RunningQuery(
          "id",
          new ReadRequest(
              "SELECT 1",
              "client",
              new ClientConnection(InetAddress.getLoopbackAddress(), 1, 2),
              System.nanoTime(),
              Duration.ofMinutes(1)),
          Instant.EPOCH,
          new Places(ReadLimits.DEFAULT, any -> {}),
          Duration.ofMinutes(1),
          new LongTexts());

  /** Looks in this order, and sees the connection open from then on. */
  private ClientWatch watch(State... states) {
    looks.addAll(List.of(states));
    return new ClientWatch(
        () -> List.of(query),
        () ->
            Optional.of(
                connection -> {
                  looked.incrementAndGet();
                  State next = looks.poll();
                  return next == null ? State.OPEN : next;
                }),
        InstantSource.system());
  }

  @Test
  void anEntryThatIsMissedNowAndThenEndsNoQuery() {
    try (ClientWatch watch =
        watch(State.MISSING, State.MISSING, State.OPEN, State.MISSING, State.OPEN, State.MISSING)) {
      assertThat(watch).isNotNull();
      await().until(() -> looked.get() > 7);
      assertThat(query.cancel().isCancelled()).isFalse();
    }
  }

  @Test
  void oneThatStaysMissingDoes() {
    try (ClientWatch watch = watch(State.MISSING, State.MISSING, State.MISSING)) {
      assertThat(watch).isNotNull();
      await().until(() -> query.cancel().isCancelled());
    }
  }

  @Test
  void oneThatTheClientHasClosedDoesAtOnce() {
    try (ClientWatch watch = watch(State.LEFT)) {
      assertThat(watch).isNotNull();
      await().until(() -> query.cancel().isCancelled());
    }
  }
}
