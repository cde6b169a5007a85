/**
 * The embedded engine for several processes: {@link dev.annulus.kv.remote.StoreServer} serves it
 * over TCP, {@link dev.annulus.kv.remote.RemoteEngine} is the port's adapter on the other side.
 * Requests of all transactions share one connection per client.
 */
@NullMarked
package dev.annulus.kv.remote;

import org.jspecify.annotations.NullMarked;
