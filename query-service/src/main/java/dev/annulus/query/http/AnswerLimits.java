package dev.annulus.query.http;

import dev.annulus.service.config.Settings;

/**
 * What one read without SQL may answer, and how many selectors one with SQL may have.
 *
 * @param seriesRows buckets of one series; more are refused
 * @param listed names, values of tags or dashboards; further ones are left out, and the answer says
 *     so
 * @param listedBytes memory that the entries of one list may take, estimated; as {@code listed}
 * @param selectors of one query; more are refused
 */
public record AnswerLimits(int seriesRows, int listed, long listedBytes, int selectors) {
  /** Limits that suit a laptop. */
  public static final AnswerLimits DEFAULT =
      new AnswerLimits(
          200_000, 100_000, Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 64), 200);

  /** The limits in the settings. */
  public static AnswerLimits from(Settings settings) {
    return new AnswerLimits(
        settings.number("query.max-series-rows", DEFAULT.seriesRows, 1, 10_000_000),
        settings.number("query.max-listed", DEFAULT.listed, 1, 10_000_000),
        settings.bytes("query.max-listed-bytes", DEFAULT.listedBytes),
        settings.number("query.max-selectors", DEFAULT.selectors, 1, 100_000));
  }
}
