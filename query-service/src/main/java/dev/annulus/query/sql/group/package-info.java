/**
 * Groups of samples, computed over the primitive arrays that a ring is read into: no object for a
 * sample, only for a group. Knows neither SQL nor the store's transactions.
 */
@NullMarked
package dev.annulus.query.sql.group;

import org.jspecify.annotations.NullMarked;
