/** Settings from flags, environment, file and defaults, each with its origin. */
@NullMarked
package dev.annulus.service.config;

import org.jspecify.annotations.NullMarked;
