/** Graphite's plain text over TCP, untagged and tagged. It knows no answers. */
@NullMarked
package dev.annulus.ingest.graphite;

import org.jspecify.annotations.NullMarked;
