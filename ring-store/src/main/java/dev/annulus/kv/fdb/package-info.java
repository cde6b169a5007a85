/** The engine for clusters: FoundationDB through its Java binding, API version 730. */
@NullMarked
package dev.annulus.kv.fdb;

import org.jspecify.annotations.NullMarked;
