/** What FoundationDB pays for ways to lay out samples, before a layout is chosen. */
@NullMarked
package dev.annulus.benchmarks.layout;

import org.jspecify.annotations.NullMarked;
