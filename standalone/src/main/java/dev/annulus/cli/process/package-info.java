/** One process per service: a class for each holds its settings and wiring. */
@NullMarked
package dev.annulus.cli.process;

import org.jspecify.annotations.NullMarked;
