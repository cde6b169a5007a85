package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest values of series that have nothing but some tags all share and a few of their own.
 *
 * @param common the tags all have
 */
record NewestValues(List<StoredSeries> all, Map<String, String> common) {
  void counter(String name, double value, Map<String, String> tags) {
    check(name, value, tags, StoredSeries.Type.COUNTER);
  }

  void gauge(String name, double value, Map<String, String> tags) {
    check(name, value, tags, StoredSeries.Type.GAUGE);
  }

  private void check(String name, double value, Map<String, String> own, StoredSeries.Type type) {
    StoredSeries found = StoredSeries.only(all, name, own);
    TreeMap<String, String> tags = new TreeMap<>(common);
    tags.putAll(own);
    assertThat(found.tags()).as(name).isEqualTo(tags);
    assertThat(found.type()).as(name).isEqualTo(type);
    assertThat(found.newest()).as("%s %s", name, own).isEqualTo(value);
  }
}
