package dev.annulus.benchmarks.ingest;

/** The request bodies of one connection in order, each with its own timestamps. Not thread-safe. */
interface Bodies {
  /** Samples in each body. */
  int samples();

  /** The request path with its query. */
  String path();

  /** Headers, each terminated by CR LF. */
  String headers();

  /** A body by number, from 0; valid until the next call. */
  byte[] body(int number);
}
