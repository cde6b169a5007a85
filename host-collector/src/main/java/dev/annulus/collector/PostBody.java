package dev.annulus.collector;

/**
 * The body of one POST.
 *
 * @param path below the gateway's address, such as {@code /ingest/gauge}
 * @param json an array of samples
 * @param samples their number
 */
record PostBody(String path, String json, int samples) {}
