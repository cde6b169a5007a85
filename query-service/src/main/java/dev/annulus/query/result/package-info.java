/** Results as clients want them: JSON rows, JSON columns, NDJSON, CSV. */
@NullMarked
package dev.annulus.query.result;

import org.jspecify.annotations.NullMarked;
