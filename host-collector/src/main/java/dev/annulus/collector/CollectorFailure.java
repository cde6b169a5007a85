package dev.annulus.collector;

import java.time.Instant;

/** A failure, in one sentence. */
public record CollectorFailure(Instant at, String reason) {}
