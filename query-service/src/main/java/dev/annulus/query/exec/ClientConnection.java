package dev.annulus.query.exec;

import java.net.InetAddress;

/**
 * The TCP connection a query came by.
 *
 * @param client the client's address
 * @param clientPort its port
 * @param serverPort the port of this service
 */
public record ClientConnection(InetAddress client, int clientPort, int serverPort) {}
