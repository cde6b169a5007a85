/**
 * What a compiled plan calls while it runs: scans of the store, the query's budget and parameters.
 * Everything runs on the thread that pulls the rows. Classes are public only where generated code
 * calls them.
 */
@NullMarked
package dev.annulus.query.sql.run;

import org.jspecify.annotations.NullMarked;
