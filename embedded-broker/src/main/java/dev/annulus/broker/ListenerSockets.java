package dev.annulus.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two listening sockets, bound before Kafka starts and passed to it on request. So a port in
 * use is detected before any file is touched, and the settings contain the actual ports even for
 * ephemeral ones. Clients that connect early wait in the backlog.
 */
final class ListenerSockets implements ServerSocketFactory, AutoCloseable {
  static final String CLIENTS = "PLAINTEXT";
  static final String CONTROLLER = "CONTROLLER";

  private static final Logger LOG = LoggerFactory.getLogger(ListenerSockets.class);
  private static final int BACKLOG = 128;

  private final Map<String, ServerSocketChannel> waiting = new ConcurrentHashMap<>();
  private final InetSocketAddress clients;
  private final InetSocketAddress controller;

  private ListenerSockets(ServerSocketChannel clients, ServerSocketChannel controller)
      throws IOException {
    this.clients = (InetSocketAddress) clients.getLocalAddress();
    this.controller = (InetSocketAddress) controller.getLocalAddress();
    waiting.put(CLIENTS, clients);
    waiting.put(CONTROLLER, controller);
  }

  /**
   * Binds both: the client socket as configured, the controller's on an ephemeral loopback port.
   *
   * @throws BrokerStartException if the address is in use or not local
   */
  static ListenerSockets bind(BrokerConfig config) {
    InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
    if (address.isUnresolved()) {
      throw new BrokerStartException("cannot listen on unknown host '%s'".formatted(config.host()));
    }
    try {
      ServerSocketChannel clients = bind(address);
      try {
        return new ListenerSockets(clients, bindController(clients));
      } catch (IOException e) {
        Utils.closeQuietly(clients, "client socket");
        throw e;
      }
    } catch (IOException e) {
      throw new BrokerStartException(
          "cannot listen on %s port %d: %s".formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
  }

  InetSocketAddress clients() {
    return clients;
  }

  InetSocketAddress controller() {
    return controller;
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) {
    ServerSocketChannel socket = waiting.remove(listener);
    if (socket == null) {
      throw new IllegalStateException("no socket is waiting for listener " + listener);
    }
    return socket;
  }

  /** Closes the sockets that Kafka did not take; Kafka closes the others. */
  @Override
  public void close() {
    for (ServerSocketChannel socket : waiting.values()) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.atWarn().setCause(e).log("closing a listening socket failed");
      }
    }
    waiting.clear();
  }

  private static ServerSocketChannel bindController(ServerSocketChannel clients)
      throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSocketChannel first = bind(any);
    if (port(first) != port(clients)) {
      return first;
    }
    // The same port on another address is free for the system, but Kafka rejects it.
    try (first) {
      return bind(any);
    }
  }

  private static ServerSocketChannel bind(InetSocketAddress address) throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open();
    try {
      socket.configureBlocking(false);
      return socket.bind(address, BACKLOG);
    } catch (IOException e) {
      Utils.closeQuietly(socket, "listening socket");
      throw e;
    }
  }

  private static int port(ServerSocketChannel socket) throws IOException {
    return ((InetSocketAddress) socket.getLocalAddress()).getPort();
  }
}
