/**
 * Collects this host's metrics and posts them to the ingest gateway like any other client. {@link
 * dev.annulus.collector.HostProbe} reads them; {@link dev.annulus.collector.HostCollector} posts
 * one reading per tick and keeps a bounded backlog while the gateway is unavailable.
 */
@NullMarked
package dev.annulus.collector;

import org.jspecify.annotations.NullMarked;
