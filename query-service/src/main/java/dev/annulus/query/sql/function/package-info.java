/**
 * The functions of the SQL: what each computes, when it gives null, how generated code calls it,
 * and the list of all operators a query may use. Everything that is not on the list is refused.
 */
@NullMarked
package dev.annulus.query.sql.function;

import org.jspecify.annotations.NullMarked;
