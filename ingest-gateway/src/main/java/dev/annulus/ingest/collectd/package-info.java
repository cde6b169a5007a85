/** What collectd's {@code write_http} sends as JSON. */
@NullMarked
package dev.annulus.ingest.collectd;

import org.jspecify.annotations.NullMarked;
