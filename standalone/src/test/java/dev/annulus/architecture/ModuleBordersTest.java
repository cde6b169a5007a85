package dev.annulus.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The borders that {@code ARCHITECTURE.md} draws. */
class ModuleBordersTest {
  private static final String MODEL = "dev.annulus.model..";
  private static final String PROMQL = "dev.annulus.promql..";
  private static final String WIRE = "dev.annulus.wire..";
  private static final String KV = "dev.annulus.kv..";
  private static final String STORE = "dev.annulus.store..";
  private static final String GATEWAY = "dev.annulus.ingest..";
  private static final String SINK = "dev.annulus.sink..";
  private static final String QUERY = "dev.annulus.query..";
  private static final String SERVICE_KIT = "dev.annulus.service..";
  private static final String COLLECTOR = "dev.annulus.collector..";
  private static final String BROKER = "dev.annulus.broker..";
  private static final String STANDALONE = "dev.annulus.standalone..";
  private static final String CLI = "dev.annulus.cli..";

  /** By package of the query service, those of its packages that it may use. */
  private static final Map<String, List<String>> QUERY_PACKAGES =
      Map.ofEntries(
          entry("sql", List.of()),
          entry("sql.function", List.of("sql")),
          entry("sql.syntax", List.of("sql", "sql.function")),
          entry("sql.run", List.of("sql", "sql.function")),
          entry("sql.window", List.of("sql", "sql.function", "sql.run")),
          entry("sql.rel", List.of("sql", "sql.function", "sql.run", "sql.window")),
          entry("sql.push", List.of("sql.function", "sql.run", "sql.rel")),
          entry(
              "sql.plan",
              List.of("sql", "sql.function", "sql.syntax", "sql.run", "sql.rel", "sql.push")),
          entry("exec", List.of("sql")),
          entry("dashboards", List.of()),
          entry("prometheus", List.of("sql", "sql.run")),
          entry("jdbc", List.of("exec", "sql", "sql.function", "sql.plan", "sql.syntax")),
          entry("http", List.of("dashboards", "exec", "jdbc", "sql", "sql.plan")),
          entry("http.prometheus", List.of("http", "exec", "prometheus", "sql", "sql.run")));

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // Fixtures of other modules.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.annulus");
  }

  @Test
  void theModelKnowsNothing() {
    check(
        classes()
            .that()
            .resideInAPackage(MODEL)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(MODEL, "java..", "org.jspecify.."));
  }

  @Test
  void promqlKnowsNothingOfOurs() {
    check(
        classes()
            .that()
            .resideInAPackage(PROMQL)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(PROMQL, "java..", "org.jspecify..", "com.google.re2j.."));
  }

  @Test
  void theRecordFormatKnowsOnlyTheModel() {
    check(
        noClasses()
            .that()
            .resideInAPackage(WIRE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KV, STORE, GATEWAY, SINK, QUERY, SERVICE_KIT));
  }

  @Test
  void theEnginesKnowNothingOfTheStore() {
    check(
        noClasses()
            .that()
            .resideInAPackage(KV)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(MODEL, WIRE, STORE));
  }

  @Test
  void theStoreKnowsThePortAndNoAdapter() {
    check(
        noClasses()
            .that()
            .resideInAPackage(STORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.annulus.kv.fdb..", "dev.annulus.kv.embedded.."));
  }

  @Test
  void theGatewayNeverSeesTheStore() {
    check(
        noClasses()
            .that()
            .resideInAPackage(GATEWAY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, KV, SINK, QUERY));
  }

  @Test
  void servicesNeverImportEachOther() {
    check(
        noClasses()
            .that()
            .resideInAPackage(SINK)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GATEWAY, QUERY));
    check(
        noClasses()
            .that()
            .resideInAPackage(QUERY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GATEWAY, SINK));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(COLLECTOR, BROKER, SERVICE_KIT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(MODEL, WIRE, KV, STORE, GATEWAY, SINK, QUERY));
  }

  @Test
  void onlyTheCommandWiresTheServicesTogether() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(STANDALONE, CLI, "dev.annulus.benchmarks..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STANDALONE, CLI));
  }

  @Test
  void eachLibraryHasItsPlace() {
    check(onlyIn("org.rocksdb..", "dev.annulus.kv.embedded.."));
    check(onlyIn("com.apple.foundationdb", "dev.annulus.kv.fdb.."));
    check(onlyIn("com.apple.foundationdb.tuple..", STORE));
    check(onlyIn("org.apache.flink..", SINK, STANDALONE, CLI));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.annulus.query.sql..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.apache.calcite..")
                    .and(resideOutsideOfPackage("org.apache.calcite.avatica.."))));
    check(
        onlyIn(
            "org.apache.calcite.avatica..", "dev.annulus.query.jdbc..", "dev.annulus.query.sql.."));
    check(onlyIn("kafka..", BROKER));
    check(onlyIn("io.javalin..", SERVICE_KIT, GATEWAY, "dev.annulus.query.http.."));
  }

  @Test
  void packagesOfAModuleHaveNoCycles() {
    check(slices().matching("dev.annulus.query.(*)..").should().beFreeOfCycles());
    check(slices().matching("dev.annulus.kv.(*)..").should().beFreeOfCycles());
    check(slices().matching("dev.annulus.promql.(*)..").should().beFreeOfCycles());
  }

  @Test
  void packagesOfTheQueryServiceUseOnlyThoseBelowThem() {
    QUERY_PACKAGES.forEach(
        (name, below) -> {
          String[] allowed =
              Stream.concat(Stream.of(name), below.stream())
                  .map(ModuleBordersTest::queryPackage)
                  .toArray(String[]::new);
          check(
              noClasses()
                  .that()
                  .resideInAPackage(queryPackage(name))
                  .should()
                  .dependOnClassesThat(
                      resideInAPackage(QUERY).and(resideOutsideOfPackages(allowed))));
        });
  }

  @Test
  void everyPackageOfTheQueryServiceHasItsBorders() {
    assertThat(
            classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("dev.annulus.query."))
                .collect(Collectors.toSet()))
        .isEqualTo(
            QUERY_PACKAGES.keySet().stream()
                .map(ModuleBordersTest::queryPackage)
                .collect(Collectors.toSet()));
  }

  private static String queryPackage(String name) {
    return "dev.annulus.query." + name;
  }

  @Test
  void noTwoClassesShareAName() {
    Map<String, List<String>> byName =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(type -> !type.getPackageName().equals("dev.annulus.wire.proto"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    TreeMap::new,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    byName.values().removeIf(names -> names.size() == 1);

    assertThat(byName).isEmpty();
  }

  private static ArchRule onlyIn(String library, String... places) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(places)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static void check(ArchRule rule) {
    rule.check(classes);
  }
}
