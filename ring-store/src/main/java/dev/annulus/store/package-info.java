/**
 * The store: rings, registry, counter states, dashboards, and the bookkeeping that keeps them
 * consistent. It runs on {@link dev.annulus.kv.KeyValueEngine}; {@code LAYOUT.md} documents every
 * stored byte, and {@link dev.annulus.store.Keys} makes every key.
 */
@NullMarked
package dev.annulus.store;

import org.jspecify.annotations.NullMarked;
