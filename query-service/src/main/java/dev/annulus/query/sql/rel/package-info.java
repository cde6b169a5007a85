/**
 * The store's tables in a plan: the scan node with the bounds pushed into it, and what finds those
 * bounds. A bound is a necessary condition; what a scan does not check itself stays in a filter.
 */
@NullMarked
package dev.annulus.query.sql.rel;

import org.jspecify.annotations.NullMarked;
