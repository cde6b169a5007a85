package dev.annulus.store;

/**
 * Options of an import.
 *
 * @param sameLog whether the target reads the same topic as the source. If so, sequences, deletion
 *     marks and log floors are imported, so that a replay of the topic leaves the same bytes. With
 *     another topic they would be wrong: new samples would look old and be dropped
 * @param overwriteDashboards whether a dashboard replaces one with the same slug
 */
public record ImportOptions(boolean sameLog, boolean overwriteDashboards) {}
