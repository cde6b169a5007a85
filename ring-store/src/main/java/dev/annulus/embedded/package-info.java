/** Opens the files of the embedded engine as a store of the present layout. */
@NullMarked
package dev.annulus.embedded;

import org.jspecify.annotations.NullMarked;
