package dev.annulus.kv.remote;

/**
 * Request codes and bodies. Keys and values are {@code length 4 | bytes}; the client chooses the
 * number of a transaction.
 *
 * <pre>
 *   HELLO    magic 4 | version 1 | client 16
 *   BEGIN    transaction 8 | writes 1                                       no response
 *   END      transaction 8                                                  no response
 *   GET      transaction 8 | key                       → present 1 | value
 *   RANGE    transaction 8 | order 1 | limit 4 | begin | end → more 1 | entries
 *   VERSION  transaction 8                             → present 1 | value
 *   COMMIT   transaction 8 | see {@link CommitBody}    → nothing
 *   SIZE     transaction 8 | begin | end               → bytes 8
 *   PING                                               → nothing
 * </pre>
 *
 * BEGIN takes the snapshot. The server takes requests of a connection in order, so a client may
 * send the next one without waiting. COMMIT ends its transaction; transaction 0 is one that has
 * read nothing.
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
  static final byte SIZE = 8;
  static final byte PING = 9;

  /** The transaction number of a commit without reads. */
  static final long BLIND = 0;

  private Request() {}
}
