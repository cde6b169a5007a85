/**
 * What the engines that validate reads at commit have in common: the writes of a transaction, what
 * its own reads see of them, and the ranges it has read.
 */
@NullMarked
package dev.annulus.kv.buffer;

import org.jspecify.annotations.NullMarked;
