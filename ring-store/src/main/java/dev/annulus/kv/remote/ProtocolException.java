package dev.annulus.kv.remote;

import java.io.IOException;

/** The other side speaks something else. The connection cannot be used any more. */
final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String problem) {
    super("the other side does not speak this version's store protocol: " + problem);
  }
}
