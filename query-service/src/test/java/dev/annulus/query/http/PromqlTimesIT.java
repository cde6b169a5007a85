package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.StaleMarker;
import dev.annulus.query.QueryConfig;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PromQL on times within a second, staleness markers, and values that are no numbers. */
class PromqlTimesIT {
  private static final double START = 1_700_000_000;

  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service = new QueryServiceFixture(directory, QueryConfig.defaults());
    service.write(
        gauge("scraped", Map.of()), START + 0.123, 10, START + 15.124, 25, START + 30.122, 40);
    service.write(
        gauge("restarted", Map.of()),
        START + 0.5,
        1,
        START + 10.25,
        StaleMarker.VALUE,
        START + 20.75,
        3);
    service.write(gauge("gone", Map.of()), START + 0.5, 1, START + 5.5, StaleMarker.VALUE);
    service.write(
        gauge("odd", Map.of()),
        START + 0.1,
        Double.NaN,
        START + 1.1,
        Double.POSITIVE_INFINITY,
        START + 2.1,
        Double.NEGATIVE_INFINITY,
        START + 3.1,
        -0.0);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scraped[1m]               | 1700000040 | [[1700000000.123,\"10\"],[1700000015.124,\"25\"],"
            + "[1700000030.122,\"40\"]]",
        "timestamp(scraped)        | 1700000020 | \"1700000015.124\"",
        // A range is open at its left end, to the millisecond.
        "count_over_time(scraped[15s]) | 1700000015.122 | \"1\"",
        "count_over_time(scraped[15001ms]) | 1700000015.124 | \"1\"",
        "count_over_time(scraped[15002ms]) | 1700000015.124 | \"2\"",
        "idelta(scraped[1m]) / 15  | 1700000040 | \"1\"",
        "irate(scraped[1m]) * 14.998 | 1700000040 | \"15\"",
        // A marker ends the series until its next sample, and is none itself.
        "restarted                 | 1700000010.249 | \"1\"",
        "restarted                 | 1700000010.25 | none",
        "restarted                 | 1700000020.749 | none",
        "restarted                 | 1700000020.75 | \"3\"",
        "restarted[1m]             | 1700000040 | [[1700000000.500,\"1\"],[1700000020.750,\"3\"]]",
        "count_over_time(restarted[1m]) | 1700000015 | \"1\"",
        "last_over_time(restarted[1m])  | 1700000015 | \"1\"",
        "gone                      | 1700000006 | none",
        "absent(gone)              | 1700000006 | \"1\"",
        "count_over_time(gone[500ms]) | 1700000006 | none",
        "odd                       | 1700000000.1 | \"NaN\"",
        "odd                       | 1700000001.1 | \"+Inf\"",
        "odd                       | 1700000002.1 | \"-Inf\"",
        "odd                       | 1700000003.1 | \"-0\"",
        "count_over_time(odd[1m])  | 1700000010 | \"4\"",
      })
  void aQueryAtATimeGives(String query, String time, String expected) throws Exception {
    HttpResponse<String> answer =
        service.get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8) + "&time=" + time);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    if (expected.equals("none")) {
      assertThat(answer.body()).endsWith("\"result\":[]}}");
    } else if (expected.startsWith("[")) {
      assertThat(answer.body()).endsWith("\"values\":" + expected + "}]}}");
    } else {
      assertThat(answer.body()).endsWith("," + expected + "]}]}}");
    }
  }

  @Test
  void aRangeQueryHasAGapWhereASeriesHadEnded() throws Exception {
    JsonNode result =
        service
            .getJson("/api/v1/query_range?query=restarted&start=1700000001&end=1700000026&step=5")
            .at("/data/result");

    assertThat(result.get(0).get("values").toString())
        .isEqualTo("[[1700000001,\"1\"],[1700000006,\"1\"],[1700000021,\"3\"],[1700000026,\"3\"]]");
  }
}
