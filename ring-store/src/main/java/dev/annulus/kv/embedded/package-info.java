/**
 * The engine for one machine: optimistic concurrency control on RocksDB. Byte-max is RocksDB's
 * built-in {@code max} merge operator, so it reads nothing.
 */
@NullMarked
package dev.annulus.kv.embedded;

import org.jspecify.annotations.NullMarked;
