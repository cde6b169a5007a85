package dev.annulus.store;

/**
 * How an export is taken in.
 *
 * @param sameLog whether the target reads the very topic that the source read. Then the samples'
 *     places in the log, deletion marks and log floors are taken over, so that reading the topic
 *     again leaves the same bytes. With another log they would mislead: new samples would be taken
 *     for old ones and dropped
 * @param overwriteDashboards whether a dashboard replaces one of the same name
 */
public record ImportOptions(boolean sameLog, boolean overwriteDashboards) {}
