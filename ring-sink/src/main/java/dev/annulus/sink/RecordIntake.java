package dev.annulus.sink;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.store.LoggedSamples;
import dev.annulus.wire.Decoded;
import dev.annulus.wire.MalformedRecordException;
import dev.annulus.wire.Partitions;
import dev.annulus.wire.RecordDecoder;
import dev.annulus.wire.RejectReason;
import dev.annulus.wire.RejectedRecord;
import dev.annulus.wire.SampleJson;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes records and splits their samples into usable and rejected. Not thread-safe. */
final class RecordIntake {
  private static final Logger LOG = LoggerFactory.getLogger(RecordIntake.class);

  private final String topic;
  private final RecordDecoder decoder;
  private final SampleRules rules;
  private final Consumer<RejectedRecord> rejected;
  private int partitions;

  /**
   * @param partitions current number of partitions of the topic
   * @param rejected receives rejected samples
   */
  RecordIntake(String topic, SampleRules rules, int partitions, Consumer<RejectedRecord> rejected) {
    this.topic = topic;
    this.decoder = new RecordDecoder(rules);
    this.rules = rules;
    this.partitions = partitions;
    this.rejected = rejected;
  }

  /** Sets the current number of partitions of the topic. */
  void partitionsAre(int count) {
    partitions = count;
  }

  /**
   * Adds the usable samples of a record to {@code batch} and returns their number. No record,
   * whatever it contains, blocks the ones after it.
   */
  int take(LogRecord record, List<LoggedSamples> batch) {
    int before = batch.size();
    try {
      return takeAll(record, batch);
    } catch (MalformedRecordException e) {
      reject(record, RejectReason.MALFORMED, String.valueOf(e.getMessage()), 0, raw(record));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.atError()
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .setCause(e)
          .log("bug: decoding a record failed unexpectedly; the record is rejected");
      batch.subList(before, batch.size()).clear();
      reject(record, RejectReason.MALFORMED, "decoding failed: " + e, 0, raw(record));
    }
    return 0;
  }

  /** Sets a record aside without decoding it. */
  void setAside(LogRecord record, String detail) {
    reject(record, RejectReason.SET_ASIDE, detail, 0, raw(record));
  }

  private int takeAll(LogRecord record, List<LoggedSamples> batch) {
    Decoded decoded = decoder.decode(record.contentType(), record.value());
    for (Decoded.Unusable unusable : decoded.unusable()) {
      reject(record, unusable.reason(), unusable.detail(), 1, unusable.payload());
    }
    int samples = 0;
    for (Decoded.Entry entry : decoded.usable()) {
      samples += take(record, entry, batch);
    }
    return samples;
  }

  private int take(LogRecord record, Decoded.Entry entry, List<LoggedSamples> batch) {
    SeriesSamples samples = entry.samples();
    boolean home = isHome(samples.series(), record.partition());
    int usable = 0;
    int from = 0;
    for (int i = 0; i < samples.size(); i++) {
      if (!isUsable(record, samples, i)) {
        usable += add(record, entry, from, i, home, batch);
        from = i + 1;
      }
    }
    return usable + add(record, entry, from, samples.size(), home, batch);
  }

  private boolean isUsable(LogRecord record, SeriesSamples samples, int i) {
    long tsMillis = samples.millis(i);
    double value = samples.values()[i];
    try {
      rules.checkTimestamp(tsMillis, record.nowMillis());
      rules.checkValue(samples.series(), value);
      return true;
    } catch (InvalidSampleException e) {
      boolean future = e.field().equals("ts") && tsMillis > record.nowMillis();
      reject(
          record,
          future ? RejectReason.FUTURE : RejectReason.INVALID,
          e.describe(),
          part(samples, i, i + 1));
      return false;
    }
  }

  private int add(
      LogRecord record,
      Decoded.Entry entry,
      int from,
      int to,
      boolean home,
      List<LoggedSamples> batch) {
    if (from < to) {
      SeriesSamples part = part(entry.samples(), from, to);
      batch.add(
          new LoggedSamples(
              part,
              record.partition(),
              record.offset(),
              entry.firstIndex() + from,
              home,
              record.owner(),
              record.source(),
              record.nowMillis()));
    }
    return to - from;
  }

  /** Only counters have a state that depends on the partition. */
  private boolean isHome(SeriesSpec series, int partition) {
    return series.type() != MetricType.COUNTER
        || Partitions.of(series.partitionKey(), partitions) == partition;
  }

  private static SeriesSamples part(SeriesSamples samples, int from, int to) {
    return from == 0 && to == samples.size()
        ? samples
        : new SeriesSamples(
            samples.series(),
            Arrays.copyOfRange(samples.timestamps(), from, to),
            Arrays.copyOfRange(samples.values(), from, to));
  }

  private void reject(LogRecord record, RejectReason reason, String detail, SeriesSamples samples) {
    reject(record, reason, detail, samples.size(), SampleJson.write(samples));
  }

  private void reject(
      LogRecord record, RejectReason reason, String detail, int samples, byte[] payload) {
    rejected.accept(
        new RejectedRecord(
            reason.label(), detail, topic, record.partition(), record.offset(), samples, payload));
  }

  private static byte[] raw(LogRecord record) {
    return record.value() == null ? new byte[0] : record.value();
  }
}
