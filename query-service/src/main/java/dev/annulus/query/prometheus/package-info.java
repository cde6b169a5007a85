/** PromQL on the rings: finds series in the metadata index and reads their samples ahead. */
@NullMarked
package dev.annulus.query.prometheus;

import org.jspecify.annotations.NullMarked;
