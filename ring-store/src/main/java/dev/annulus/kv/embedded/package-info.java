/**
 * The engine for one machine: optimistic concurrency control on RocksDB. Slots are kept in blocks
 * behind a journal ({@link dev.annulus.kv.embedded.RingTable}); elsewhere byte-max is RocksDB's
 * built-in {@code max} merge operator. Upserts read nothing.
 */
@NullMarked
package dev.annulus.kv.embedded;

import org.jspecify.annotations.NullMarked;
