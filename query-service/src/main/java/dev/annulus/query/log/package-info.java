/** What the query service needs to know of the log: where it starts and ends, what was rejected. */
@NullMarked
package dev.annulus.query.log;

import org.jspecify.annotations.NullMarked;
