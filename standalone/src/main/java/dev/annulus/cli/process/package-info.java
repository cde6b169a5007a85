/** Each part as a process of its own: one class per process holds its settings and its wiring. */
@NullMarked
package dev.annulus.cli.process;

import org.jspecify.annotations.NullMarked;
