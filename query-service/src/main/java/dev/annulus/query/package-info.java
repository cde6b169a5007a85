/** The query service: SQL over the rings, the metadata API, dashboards and the UI's files. */
@NullMarked
package dev.annulus.query;

import org.jspecify.annotations.NullMarked;
