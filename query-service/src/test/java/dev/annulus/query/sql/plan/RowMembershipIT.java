package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** {@code (a, b) IN (SELECT …)} has the three values of the standard. */
class RowMembershipIT {
  private static Path directory;
  private static SqlFixture fixture;

  @BeforeContainer
  static void open() throws IOException {
    directory = Files.createTempDirectory("membership");
    fixture = new SqlFixture(directory);
  }

  @AfterContainer
  static void close() throws IOException {
    fixture.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 60)
  void rowsAreMembersAsInTheStandard(
      @ForAll("tables") List<List<Integer>> asked, @ForAll("tables") List<List<Integer>> members) {
    String in = "(v.a, v.b) IN (SELECT w.c, w.d FROM %s w(k, c, d))".formatted(values(members));
    String from = " FROM %s v(i, a, b)".formatted(values(asked));
    List<Boolean> expected = asked.stream().map(row -> member(row, members)).toList();

    assertThat(fixture.query("SELECT %s%s ORDER BY v.i".formatted(in, from)).column(0))
        .isEqualTo(new ArrayList<Object>(expected));
    assertThat(fixture.query("SELECT v.i%s WHERE %s ORDER BY 1".formatted(from, in)).column(0))
        .isEqualTo(places(expected, true));
    assertThat(fixture.query("SELECT v.i%s WHERE NOT %s ORDER BY 1".formatted(from, in)).column(0))
        .isEqualTo(places(expected, false));
    assertThat(
            fixture
                .query("SELECT v.i%s WHERE (%s) IS NULL ORDER BY 1".formatted(from, in))
                .column(0))
        .isEqualTo(places(expected, null));
  }

  @Provide
  Arbitrary<List<List<Integer>>> tables() {
    Arbitrary<Integer> value = Arbitraries.integers().between(1, 3).injectNull(0.3);
    return value.list().ofSize(2).list().ofMinSize(1).ofMaxSize(4);
  }

  private static String values(List<List<Integer>> rows) {
    return IntStream.range(0, rows.size())
        .mapToObj(
            i ->
                Stream.concat(Stream.of(i), rows.get(i).stream())
                    .map(value -> value == null ? "CAST(NULL AS BIGINT)" : value.toString())
                    .collect(Collectors.joining(", ", "(", ")")))
        .collect(Collectors.joining(", ", "(VALUES ", ")"));
  }

  private static List<Object> places(List<Boolean> answers, @Nullable Boolean wanted) {
    List<Object> places = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (Objects.equals(answers.get(i), wanted)) {
        places.add((long) i);
      }
    }
    return places;
  }

  /** True if a row equals it, unknown if a row may, else false. */
  private static @Nullable Boolean member(List<Integer> row, List<List<Integer>> members) {
    List<Boolean> equal = new ArrayList<>();
    for (List<Integer> member : members) {
      List<Boolean> parts =
          Arrays.asList(equal(row.get(0), member.get(0)), equal(row.get(1), member.get(1)));
      equal.add(parts.contains(false) ? Boolean.FALSE : parts.contains(null) ? null : true);
    }
    return equal.contains(true) ? Boolean.TRUE : equal.contains(null) ? null : false;
  }

  private static @Nullable Boolean equal(@Nullable Integer a, @Nullable Integer b) {
    return a == null || b == null ? null : a.equals(b);
  }
}
