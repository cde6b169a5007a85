package dev.annulus.benchmarks.sql;

/** The queries of the comparison. */
enum Question {
  /** One-minute averages of one metric. */
  MINUTES_OF_ONE("one metric by minute"),
  /** One-minute averages of every metric. */
  MINUTES_OF_ALL("all metrics by minute and metric"),
  /** Every sample of one metric. */
  SAMPLES_OF_ONE("all samples of one metric"),
  /** The largest value of each metric. */
  LARGEST_OF_ALL("the largest value of each metric");

  private final String title;

  Question(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
