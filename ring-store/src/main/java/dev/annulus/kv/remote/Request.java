package dev.annulus.kv.remote;

/**
 * The codes of requests, and their bodies. Keys and values are {@code length 4 | bytes}; a
 * transaction has a number that the client chose.
 *
 * <pre>
 *   HELLO    magic 4 | version 1 | client 16
 *   BEGIN    transaction 8 | writes 1                                       no answer
 *   END      transaction 8                                                  no answer
 *   GET      transaction 8 | key                       → present 1 | value
 *   RANGE    transaction 8 | order 1 | limit 4 | begin | end → more 1 | entries
 *   VERSION  transaction 8                             → present 1 | value
 *   COMMIT   transaction 8 | see {@link CommitBody}    → nothing
 *   PING                                               → nothing
 * </pre>
 *
 * BEGIN takes the snapshot; requests of a connection are taken in order, so what follows may be
 * sent at once. COMMIT ends its transaction; transaction 0 stands for one that has read nothing.
 */
final class Request {
  static final int MAGIC = 0x414E4E53;
  static final byte VERSION_OF_PROTOCOL = 1;

  static final byte HELLO = 1;
  static final byte BEGIN = 2;
  static final byte END = 3;
  static final byte GET = 4;
  static final byte RANGE = 5;
  static final byte VERSION = 6;
  static final byte COMMIT = 7;
  static final byte PING = 9;

  /** The transaction of a commit that has read nothing. */
  static final long BLIND = 0;

  private Request() {}
}
