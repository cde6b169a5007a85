package dev.annulus.query.exec;

/** Which connections the system knows, at one moment. */
interface Connections {

  /** What is known of a connection. */
  State of(ClientConnection connection);

  /** What is known of a connection. */
  enum State {
    /** Both sides hold it open. */
    OPEN,
    /** The client has closed its side. */
    LEFT,
    /** It is not listed: it is gone, or the list was changed while it was read. */
    MISSING
  }
}
