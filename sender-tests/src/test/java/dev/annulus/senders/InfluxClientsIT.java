package dev.annulus.senders;

import static dev.annulus.senders.StoredSeries.gauge;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** InfluxDB's clients for version 1 and 2 (npm). */
@ExtendWith(Annulus.Shared.class)
class InfluxClientsIT {
  private final long now = Instant.now().getEpochSecond();
  private final String measurement = "influx" + System.nanoTime();

  @Test
  void version1CreatesItsDatabaseAndWrites(Annulus annulus) throws Exception {
    NodeScript.run("influx1.mjs", "" + annulus.httpPort(), "" + now, measurement);

    Map<String, String> a = Map.of("host", "server a,b=c");
    Map<String, String> b = Map.of("host", "é");
    StoredSeries.await(
        () -> annulus.named(measurement),
        gauge(measurement + "_duration", a, Map.of(now, 23.0)),
        gauge(measurement + "_load", a, Map.of(now, 0.25)),
        gauge(measurement + "_ok", a, Map.of(now, 1.0)),
        gauge(measurement + "_duration", b, Map.of(now, -5.0)),
        gauge(measurement + "_load", b, Map.of(now, 1e-7, now + 1, 1e21)),
        gauge(measurement + "_ok", b, Map.of(now, 0.0)));
  }

  @Test
  void version2AsksForHealthAndWritesEachPrecision(Annulus annulus) throws Exception {
    NodeScript.run("influx2.mjs", annulus.http().toString(), "" + now, measurement);

    Map<String, String> tags = Map.of("example", "write,point=x", "location", "room 1");
    Map<String, String> none = Map.of();
    StoredSeries.await(
        () -> annulus.named(measurement),
        gauge(measurement, tags, Map.of(now, 20.125)),
        gauge(measurement + "_count", tags, Map.of(now, -7.0)),
        gauge(measurement + "_bytes", tags, Map.of(now, 18446744073709551615.0)),
        gauge(measurement + "_on", tags, Map.of(now, 1.0)),
        gauge(measurement + "_millis", none, Map.of(now, 0.1)),
        gauge(measurement + "_seconds", none, Map.of(now, 1.0, now + 1, 2.0)),
        gauge(measurement + "_record", none, Map.of(now, 3.0)));
  }
}
