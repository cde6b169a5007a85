/** Rings of series whose samples do not specify one: rules by source and name. */
@NullMarked
package dev.annulus.ingest.retention;

import org.jspecify.annotations.NullMarked;
