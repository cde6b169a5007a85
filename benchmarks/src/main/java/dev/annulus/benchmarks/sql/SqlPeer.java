package dev.annulus.benchmarks.sql;

/** A database in this process with one table of samples. Used by one thread. */
interface SqlPeer extends AutoCloseable {

  /** What it is called in the report. */
  String name();

  /** Stores the samples of a data set. */
  void load(Dataset data) throws Exception;

  /** A question in this database's own SQL. */
  String sql(Question question, Dataset data, int run);

  /** Runs a query from its text to its last row, reading every value. */
  Answer run(String sql) throws Exception;

  @Override
  void close() throws Exception;

  /**
   * What a query gave.
   *
   * @param rows how many
   * @param sum of the last column, so that answers can be compared
   */
  record Answer(long rows, double sum) {}
}
