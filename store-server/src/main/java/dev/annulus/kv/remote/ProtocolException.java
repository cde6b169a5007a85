package dev.annulus.kv.remote;

import java.io.IOException;

/** The peer violated the protocol. The connection is unusable. */
final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String problem) {
    super("the peer does not speak this version of the store protocol: " + problem);
  }
}
