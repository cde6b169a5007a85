/** Dashboards that an operator provides as files: read at start and whenever they change. */
@NullMarked
package dev.annulus.query.dashboards;

import org.jspecify.annotations.NullMarked;
