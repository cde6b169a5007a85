/** The {@code annulus} command. */
@NullMarked
package dev.annulus.cli;

import org.jspecify.annotations.NullMarked;
