/** Prometheus' HTTP API: its routes, parameters, answers and errors, and remote read. */
@NullMarked
package dev.annulus.query.http.prometheus;

import org.jspecify.annotations.NullMarked;
