package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a tick reads and posts. */
class HostCollectorIT extends CollectorFixture {

  @Test
  void postsOneArrayOfGaugesAndOneOfCountersPerTick() throws IOException {
    open();

    tick();
    settle(() -> collector.sentSamples() == 8);

    assertThat(gateway.log()).containsExactly("/ingest/gauge@1002", "/ingest/counter@1002");
    assertThat(gateway.requests().get(0).samples())
        .isEqualTo(
            json(
                """
                [{"name":"cpu_percent","value":0.5,TAIL},{"name":"load_avg_1m","value":1.5,TAIL},
                 {"name":"mem_used_percent","value":2.5,TAIL},{"name":"disk_used_percent","value":3.5,TAIL}]"""));
    assertThat(gateway.requests().get(1).samples())
        .isEqualTo(
            json(
                """
                [{"name":"disk_read_bytes","raw_value":1,TAIL},{"name":"disk_write_bytes","raw_value":1001,TAIL},
                 {"name":"net_bytes_sent","raw_value":2001,TAIL},{"name":"net_bytes_recv","raw_value":3001,TAIL}]"""));
    assertThat(gateway.requests().get(0).header("Content-Type")).isEqualTo("application/json");
    assertThat(gateway.requests().get(0).header("Authorization")).isNull();
  }

  @Test
  void ticksInTheMiddleOfEachSlot() {
    open();

    tick();
    assertThat(time.instant()).isEqualTo(Instant.parse("1970-01-01T00:16:42.500Z"));
    settle(() -> collector.sentSamples() == 8);
    tick();
    settle(() -> collector.sentSamples() == 16);

    assertThat(gateway.log())
        .containsExactly(
            "/ingest/gauge@1002",
            "/ingest/counter@1002",
            "/ingest/gauge@1007",
            "/ingest/counter@1007");
  }

  @Test
  void leavesOutWhatTheHostDoesNotHave() {
    probe.without(HostGauge.LOAD_AVG_1M).withoutCounters();
    open();

    tick();
    settle(() -> collector.sentSamples() == 3);
    tick();
    settle(() -> collector.sentSamples() == 6);

    assertThat(gateway.log()).containsExactly("/ingest/gauge@1002", "/ingest/gauge@1007");
    assertThat(gateway.requests().get(0).samples().findValuesAsText("name"))
        .containsExactly("cpu_percent", "mem_used_percent", "disk_used_percent");
  }

  @Test
  void sendsTheTokenAndKeepsItOutOfTheLog() {
    open(config().withToken("s3cret"));

    tick();
    settle(() -> collector.sentSamples() == 8);

    assertThat(gateway.requests().get(1).header("Authorization")).isEqualTo("Bearer s3cret");
    assertThat(logs.lines())
        .anyMatch(line -> line.contains("endpoint=" + gateway.address()))
        .noneMatch(line -> line.contains("s3cret"));
  }

  @Test
  void anUnreadableHostIsLoggedOnceAndTheTicksGoOn() {
    open();
    probe.failWith(new IllegalStateException("no /proc"));
    tick();
    tick();

    assertThat(collector.lastError().reason()).contains("no /proc");
    assertThat(logs.lines())
        .filteredOn(line -> line.startsWith("reading the host failed"))
        .hasSize(1);

    probe.failWith(null);
    tick();
    settle(() -> collector.sentSamples() == 8);
    assertThat(gateway.log()).containsExactly("/ingest/gauge@1012", "/ingest/counter@1012");
  }

  @Test
  void aClosedCollectorReadsNoMoreAndCannotStart() {
    open();
    tick();
    int reads = probe.reads();

    collector.close();
    tick();

    assertThat(probe.reads()).isEqualTo(reads);
    assertThatThrownBy(collector::start).isInstanceOf(RejectedExecutionException.class);
  }

  private static JsonNode json(String text) throws IOException {
    String tail = "\"ts\":1002,\"tags\":{\"host\":\"demo\"},\"step\":5,\"slots\":17280";
    return new ObjectMapper().readTree(text.replace("TAIL", tail));
  }
}
