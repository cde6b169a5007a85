package dev.annulus.senders;

import static dev.annulus.senders.StoredSeries.gauge;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** KafkaJS (npm): JSON records in transactions and without, in each of its compressions. */
@ExtendWith(Annulus.Shared.class)
class KafkaJsIT {
  private final long now = Instant.now().getEpochSecond();
  private final String name = "kafkajs" + System.nanoTime();

  @ParameterizedTest
  @CsvSource({
    "None, kafkajs",
    "GZIP, kafkajs",
    "Snappy, kafkajs-snappy",
    "LZ4, kafkajs-lz4",
    "ZSTD, @hpcc-js/wasm-zstd"
  })
  void committedRecordsAreStoredAndAbortedAreNot(String compression, String codec, Annulus annulus)
      throws Exception {
    NodeScript.assumeInstalled(codec);

    NodeScript.run("kafka.mjs", annulus.bootstrapServers(), "" + now, name, compression);

    Map<Long, Double> plain =
        LongStream.range(0, 50).boxed().collect(Collectors.toMap(i -> now - i, i -> (double) i));
    // The plain ones are behind the aborted ones in the same partition: all have the same key.
    StoredSeries.await(
        () -> annulus.named(name),
        gauge(name, Map.of("in", "plain", "host", "host-é"), plain),
        gauge(name, Map.of("in", "committed"), Map.of(now, 1.5, now + 1, -2.0)));
  }
}
