/** Who may do what: API tokens with scopes, browser sessions, and how often. */
@NullMarked
package dev.annulus.service.access;

import org.jspecify.annotations.NullMarked;
