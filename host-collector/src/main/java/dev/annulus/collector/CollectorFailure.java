package dev.annulus.collector;

import java.time.Instant;

/** The last thing that went wrong, in one readable sentence. */
public record CollectorFailure(Instant at, String reason) {}
