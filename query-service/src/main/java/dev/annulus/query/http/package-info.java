/** The query service's HTTP interface: metrics, dashboards, rejected samples, the UI's files. */
@NullMarked
package dev.annulus.query.http;

import org.jspecify.annotations.NullMarked;
