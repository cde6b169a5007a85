/**
 * The store server, for one process per service on one machine or trusted network without a
 * FoundationDB cluster: {@link dev.annulus.kv.remote.StoreServer} serves the embedded engine over
 * TCP, {@link dev.annulus.kv.remote.RemoteEngine} is its client, a third engine behind the port.
 * All transactions of a client share one connection. No replication, no authentication (ADR 10).
 */
@NullMarked
package dev.annulus.kv.remote;

import org.jspecify.annotations.NullMarked;
