/** Label sets, label matchers, and the port on which the evaluator reads series. */
@NullMarked
package dev.annulus.promql.series;

import org.jspecify.annotations.NullMarked;
