/** What every process reports about itself: build, health, metrics. */
@NullMarked
package dev.annulus.service;

import org.jspecify.annotations.NullMarked;
