/** What line-based protocols share. */
@NullMarked
package dev.annulus.ingest.text;

import org.jspecify.annotations.NullMarked;
