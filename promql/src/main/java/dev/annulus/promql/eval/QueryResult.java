package dev.annulus.promql.eval;

import java.util.List;

/**
 * A query's value with what there is to say about it. Its memory is reserved until it is closed.
 *
 * @param warnings what is probably wrong with the query or its data, each with its place
 * @param infos what might be
 * @param samplesRead how many samples the source gave
 */
public record QueryResult(
    QueryValue value, List<String> warnings, List<String> infos, long samplesRead, Runnable release)
    implements AutoCloseable {

  @Override
  public void close() {
    release.run();
  }
}
