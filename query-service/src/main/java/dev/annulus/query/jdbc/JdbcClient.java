package dev.annulus.query.jdbc;

import dev.annulus.query.exec.ClientConnection;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param address for those who look at the list of queries
 * @param connection its queries are cancelled when it is closed; null if not known
 */
public record JdbcClient(String address, @Nullable ClientConnection connection) {}
