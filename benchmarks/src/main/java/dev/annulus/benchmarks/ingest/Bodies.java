package dev.annulus.benchmarks.ingest;

/** The bodies one connection sends, one after the other, each with its time. Not thread-safe. */
interface Bodies {
  /** Samples in each body. */
  int samples();

  /** The path that takes them, with its query. */
  String path();

  /** Headers, each ended by CR LF. */
  String headers();

  /** The body of a number, counted from 0: complete and valid until the next call. */
  byte[] body(int number);
}
