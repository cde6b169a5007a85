/** Runs queries: a bounded pool with a bounded queue, where each can be seen and cancelled. */
@NullMarked
package dev.annulus.query.exec;

import org.jspecify.annotations.NullMarked;
