/**
 * The embedded engine for several processes: {@link dev.annulus.kv.remote.StoreServer} serves it
 * over TCP, {@link dev.annulus.kv.remote.RemoteEngine} is the client. All transactions of a client
 * share one connection.
 */
@NullMarked
package dev.annulus.kv.remote;

import org.jspecify.annotations.NullMarked;
