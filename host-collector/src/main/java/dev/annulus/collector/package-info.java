/**
 * This host's figures, posted to the ingest gateway like any other client's samples. {@link
 * dev.annulus.collector.HostProbe} reads them, {@link dev.annulus.collector.HostCollector} posts
 * one reading per tick and keeps a bounded backlog while the gateway is away.
 */
@NullMarked
package dev.annulus.collector;

import org.jspecify.annotations.NullMarked;
