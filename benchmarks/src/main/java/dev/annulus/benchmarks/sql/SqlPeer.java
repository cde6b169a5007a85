package dev.annulus.benchmarks.sql;

/** An in-process database with one table of samples. Used by one thread. */
interface SqlPeer extends AutoCloseable {

  /** Its name in the report. */
  String name();

  /** Loads a data set. */
  void load(Dataset data) throws Exception;

  /** A query in this database's SQL dialect. */
  String sql(Question question, Dataset data, int run);

  /** Runs a query and reads every value. */
  Result run(String sql) throws Exception;

  @Override
  void close() throws Exception;

  /**
   * The result of a query.
   *
   * @param rows number of rows
   * @param sum sum of the last column, to compare results
   */
  record Result(long rows, double sum) {}
}
