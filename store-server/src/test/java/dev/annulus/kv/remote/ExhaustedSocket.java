package dev.annulus.kv.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening socket whose process can be out of file descriptors. */
final class ExhaustedSocket extends ServerSocket {
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile boolean exhausted;

  ExhaustedSocket() throws IOException {
    bind(new InetSocketAddress("127.0.0.1", 0));
  }

  void exhausted(boolean now) {
    exhausted = now;
  }

  /** How often nobody could be accepted. */
  int refusals() {
    return refusals.get();
  }

  @Override
  public Socket accept() throws IOException {
    if (!exhausted) {
      Socket client = super.accept();
      if (!exhausted) {
        return client;
      }
      client.close();
    }
    refusals.incrementAndGet();
    throw new SocketException("Too many open files");
  }
}
