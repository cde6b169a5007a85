package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.Metric;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.service.http.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeclaredTypesTest {
  private final RememberedBytes remembered = new RememberedBytes(1 << 20);
  private final EncodedSeriesCache series = new EncodedSeriesCache(remembered, said -> said);
  private final Map<SeriesKey, Metric> metrics = new ConcurrentHashMap<>();
  private final DeclaredTypes types = new DeclaredTypes(this::find, remembered);

  @Test
  void aStoreThatFailsOrIsSilentRefusesNothingAndIsNotAskedAgainAtOnce() {
    for (CompletableFuture<List<@Nullable Metric>> answer :
        List.of(
            new CompletableFuture<List<@Nullable Metric>>(),
            CompletableFuture.<List<@Nullable Metric>>failedFuture(new IllegalStateException()))) {
      List<SeriesSpec> asked = new ArrayList<>();
      DeclaredTypes unknown =
          new DeclaredTypes(
              all -> {
                asked.addAll(all);
                return answer;
              },
              remembered);
      for (int time = 1; time <= 3; time++) {
        unknown.check(List.of(candidate("m", MetricType.GAUGE)));
      }
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void onlyWhatIsStoredDecides() {
    types.check(List.of(candidate("m", MetricType.GAUGE)));
    // Never stored, for instance at the limit of series: waited for, then accepted.
    types.check(List.of(candidate("m", MetricType.COUNTER)));
    metrics.put(SeriesKey.of("m"), metric("m", MetricType.COUNTER, false));
    types.check(List.of(candidate("m", MetricType.COUNTER)));
    assertThatThrownBy(() -> types.check(List.of(candidate("m", MetricType.GAUGE))))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(409));
    metrics.clear();
    types.check(List.of(candidate("m", MetricType.GAUGE)));
  }

  @Test
  void anInferredGaugeBecomesWhatIsDeclared() {
    metrics.put(SeriesKey.of("m"), metric("m", MetricType.GAUGE, true));
    types.check(List.of(candidate("m", MetricType.COUNTER)));
    metrics.put(SeriesKey.of("m"), metric("m", MetricType.COUNTER, true));
    assertThatThrownBy(() -> types.check(List.of(candidate("m", MetricType.GAUGE))))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void aTypeThatIsRightIsNotLookedUpEachTime() {
    metrics.put(SeriesKey.of("m"), metric("m", MetricType.GAUGE, false));
    DeclaredTypes.Candidate candidate = candidate("m", MetricType.GAUGE);
    long now = System.nanoTime();
    assertThat(types.mustCheck(candidate.known(), now)).isTrue();
    types.check(List.of(candidate));
    assertThat(types.mustCheck(candidate.known(), now)).isFalse();
    assertThat(types.mustCheck(candidate.known(), now + 2 * DeclaredTypes.KNOWN_FOR.toNanos()))
        .isTrue();
  }

  private CompletableFuture<List<@Nullable Metric>> find(List<SeriesSpec> all) {
    List<@Nullable Metric> found = new ArrayList<>();
    all.forEach(one -> found.add(metrics.get(one.keyOrDefault())));
    return CompletableFuture.completedFuture(found);
  }

  private DeclaredTypes.Candidate candidate(String name, MetricType type) {
    SeriesSpec said = SeriesSpec.of(SeriesKey.of(name), type);
    return new DeclaredTypes.Candidate(0, said, series.get(said));
  }

  private static Metric metric(String name, MetricType type, boolean inferred) {
    return new Metric(
        1,
        SeriesKey.of(name),
        type,
        inferred,
        new Metric.Ring(1, RingGeometry.DEFAULT),
        null,
        1,
        Metric.LogOffsets.NONE,
        false,
        "");
  }
}
