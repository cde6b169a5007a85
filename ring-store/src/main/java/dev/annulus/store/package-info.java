/**
 * The store: rings, registry, counter state, dashboards and the bookkeeping that keeps them
 * consistent. Written once on {@link dev.annulus.kv.KeyValueEngine}; every byte it stores is
 * described in {@code LAYOUT.md}, every key is made by {@link dev.annulus.store.Keys}.
 */
@NullMarked
package dev.annulus.store;

import org.jspecify.annotations.NullMarked;
