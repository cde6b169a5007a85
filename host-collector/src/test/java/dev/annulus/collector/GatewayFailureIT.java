package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of ticks the gateway does not take. */
class GatewayFailureIT extends CollectorFixture {
  private static final String AWAY = "the gateway is unavailable; keeping samples";
  private static final String BACK = "the gateway accepts samples again";
  private static final String REFUSED = "the gateway rejected a batch; dropping it";

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void sendsInOrderAfterTheRetryAfterIsOver(int status) {
    gateway.reply(status, Map.of("Retry-After", "12"), "{\"detail\":\"Kafka is away\"}");
    open();

    tick();
    settle(() -> collector.backlogTicks() == 1);
    tick();
    tick();
    assertThat(gateway.requests()).hasSize(1);
    assertThat(collector.backlogTicks()).isEqualTo(3);
    assertThat(collector.lastError().reason()).isEqualTo("HTTP " + status + ": Kafka is away");

    time.advance(Duration.ofSeconds(2));
    settle(() -> collector.sentSamples() == 24);
    assertThat(gateway.log())
        .containsExactly(
            "/ingest/gauge@1002",
            "/ingest/gauge@1002",
            "/ingest/counter@1002",
            "/ingest/gauge@1007",
            "/ingest/counter@1007",
            "/ingest/gauge@1012",
            "/ingest/counter@1012");
    assertThat(collector.droppedTicks()).isZero();
  }

  @Test
  void doesNotSendAgainWhatWasTakenOfATick() {
    gateway.reply(200, Map.of(), "[]").reply(503, Map.of(), "");
    open();

    tick();
    settle(() -> collector.backlogTicks() == 1);
    assertThat(collector.sentSamples()).isEqualTo(4);
    tick();
    settle(() -> collector.sentSamples() == 16);

    assertThat(gateway.log())
        .containsExactly(
            "/ingest/gauge@1002",
            "/ingest/counter@1002",
            "/ingest/counter@1002",
            "/ingest/gauge@1007",
            "/ingest/counter@1007");
  }

  @Test
  void honoursNoLongerPauseThanConfigured() {
    gateway.reply(503, Map.of("Retry-After", "86400"), "");
    open();
    tick();
    settle(() -> collector.backlogTicks() == 1);

    time.advance(Duration.ofSeconds(59));
    assertThat(gateway.requests()).hasSize(1);
    time.advance(Duration.ofSeconds(1));
    settle(() -> collector.backlogTicks() == 0 && collector.sentSamples() == 8 * 13);
  }

  @Test
  void keepsTheNewestTicksWhileTheGatewayIsAwayAndLogsOnceEachWay() throws IOException {
    URI address = gateway.address();
    gateway.close();
    open(config(address, 3));

    for (int i = 1; i <= 5; i++) {
      int waiting = Math.min(i, 3);
      int dropped = i - waiting;
      tick();
      settle(() -> collector.backlogTicks() == waiting && collector.droppedTicks() == dropped);
    }
    assertThat(collector.lastError().reason()).contains("ConnectException");

    gateway = FakeGateway.startAt(address);
    tick();
    settle(() -> collector.sentSamples() == 24);

    assertThat(collector.droppedTicks()).isEqualTo(3);
    assertThat(gateway.log())
        .containsExactly(
            "/ingest/gauge@1017",
            "/ingest/counter@1017",
            "/ingest/gauge@1022",
            "/ingest/counter@1022",
            "/ingest/gauge@1027",
            "/ingest/counter@1027");
    assertThat(logs.lines()).filteredOn(line -> line.startsWith(AWAY)).hasSize(1);
    assertThat(logs.lines()).filteredOn(line -> line.startsWith(BACK)).hasSize(1);
  }

  @Test
  void dropsARefusedBatchAndLogsEachDetailOnce() {
    for (String detail : List.of("no gauges", "no counters", "no gauges", "no counters")) {
      gateway.reply(400, Map.of(), "{\"detail\":\"" + detail + "\"}");
    }
    open();

    tick();
    settle(() -> collector.refusedSamples() == 8);
    tick();
    settle(() -> collector.refusedSamples() == 16);
    tick();
    settle(() -> collector.sentSamples() == 8);

    assertThat(collector.backlogTicks()).isZero();
    assertThat(gateway.requests()).hasSize(6);
    assertThat(logs.lines()).filteredOn(line -> line.startsWith(REFUSED)).hasSize(2);
    assertThat(collector.lastError().reason()).isEqualTo("HTTP 400: no counters");
  }

  @Test
  void givesUpOnAnAnswerThatDoesNotBegin() {
    gateway.replyNever();
    retriesAfterTheDeadline();
  }

  @Test
  void givesUpOnAnAnswerThatDoesNotEnd() {
    gateway.replyHeadOnly();
    retriesAfterTheDeadline();
  }

  @Test
  void readsOnlyTheStartOfALongAnswer() {
    String padding = "x".repeat(1 << 20);
    gateway.reply(400, Map.of(), "{\"detail\":\"bad\",\"padding\":\"" + padding + "\"}");
    open();

    tick();
    settle(() -> collector.refusedSamples() == 4 && collector.sentSamples() == 4);

    assertThat(collector.lastError().reason()).isEqualTo("HTTP 400");
  }

  private void retriesAfterTheDeadline() {
    open();
    tick();
    settle(() -> gateway.requests().size() == 1);
    time.advance(Duration.ofSeconds(3));
    settle(() -> collector.backlogTicks() == 1);
    assertThat(collector.lastError().reason()).isEqualTo("no response in time");

    time.advance(Duration.ofSeconds(2));
    settle(() -> collector.sentSamples() == 16);
    assertThat(gateway.log()).startsWith("/ingest/gauge@1002", "/ingest/gauge@1002");
  }
}
