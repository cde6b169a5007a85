/** The HTTP server of all services: problem details, request ids, health, metrics, limits. */
@NullMarked
package dev.annulus.service.http;

import org.jspecify.annotations.NullMarked;
