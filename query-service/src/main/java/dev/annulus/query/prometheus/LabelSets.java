package dev.annulus.query.prometheus;

import dev.annulus.model.SeriesKey;
import dev.annulus.model.Tag;
import dev.annulus.promql.series.Labels;
import java.util.List;

/** Series as label sets: the name is the label {@code __name__}, tags are labels as they are. */
public final class LabelSets {
  /** The label of a tag that is called like the label of the name. */
  public static final String EXPORTED_NAME = "exported_" + Labels.METRIC_NAME;

  private LabelSets() {}

  static Labels of(SeriesKey key) {
    List<Tag> tags = key.tags();
    String[] pairs = new String[2 * tags.size() + 2];
    int n = 0;
    boolean named = false;
    for (Tag tag : tags) {
      // Where the name belongs if the tags are in order, so that nothing has to be sorted.
      if (!named && tag.key().compareTo(Labels.METRIC_NAME) >= 0) {
        named = true;
        pairs[n++] = Labels.METRIC_NAME;
        pairs[n++] = key.name();
      }
      pairs[n++] = tag.key().equals(Labels.METRIC_NAME) ? EXPORTED_NAME : tag.key();
      pairs[n++] = tag.value();
    }
    if (!named) {
      pairs[n++] = Labels.METRIC_NAME;
      pairs[n] = key.name();
    }
    return Labels.of(pairs);
  }
}
