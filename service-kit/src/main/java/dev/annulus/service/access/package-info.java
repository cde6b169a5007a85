/** Access control: API tokens with scopes, browser sessions, rate limits. */
@NullMarked
package dev.annulus.service.access;

import org.jspecify.annotations.NullMarked;
