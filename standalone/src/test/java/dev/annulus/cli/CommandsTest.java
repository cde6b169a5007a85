package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.RingGeometry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(args);
  }

  /** Every command with its sub-commands, as words; the first has none. */
  static Stream<List<String>> commands() {
    return below(List.of(), Main.commandLine());
  }

  private static Stream<List<String>> below(List<String> words, CommandLine command) {
    return Stream.concat(
        Stream.of(words),
        command.getSubcommands().entrySet().stream()
            .filter(entry -> !entry.getKey().equals("help"))
            .flatMap(
                entry ->
                    below(
                        Stream.concat(words.stream(), Stream.of(entry.getKey())).toList(),
                        entry.getValue())));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpStartsWithExamplesThatAreUnderstood(List<String> words) {
    assertThat(run(Stream.concat(words.stream(), Stream.of("--help")).toArray(String[]::new)))
        .as(err.toString())
        .isZero();
    List<String> help = out.toString().lines().toList();
    assertThat(help.get(0)).isEqualTo("Examples:");
    List<String> examples = help.subList(1, help.indexOf(""));
    assertThat(examples)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).as("is not broken").startsWith("  annulus "));
    for (String example : examples) {
      String command = example.strip().replaceAll(" {2,}.*| >.*", "");
      String[] arguments = command.substring("annulus ".length()).split(" ");
      assertThatCode(() -> Main.commandLine().parseArgs(arguments))
          .as(command)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void theListOfCommandsSaysWhatEachDoes() {
    run("--help");
    assertThat(out.toString())
        .contains("  gateway     Accepts samples over HTTP")
        .containsOnlyOnce("Examples:");
  }

  @Test
  void aMissingFileIsSaidToBeMissing(@TempDir Path directory) {
    String missing = directory.resolve("missing.gz").toString();
    assertThat(run("import", "--data-dir", directory.toString(), missing)).isEqualTo(1);
    assertThat(err.toString()).contains("annulus: there is no file " + missing);
  }

  @Test
  void aBrokerThatOthersReachHasToBeAskedFor() {
    assertThat(run("broker", "--kafka-bind", "0.0.0.0", "--print-config")).isEqualTo(1);
    assertThat(err.toString()).contains("--allow-remote");
    assertThat(run("broker", "--kafka-bind", "0.0.0.0", "--allow-remote", "--print-config"))
        .isZero();
  }

  @Test
  void anUnknownOptionOrCommandSuggestsTheNearOne() {
    assertThat(run("gateway", "--kafka-botstrap", "x:1")).isEqualTo(2);
    assertThat(err.toString()).contains("--kafka-botstrap").contains("--kafka-bootstrap");
    assertThat(run("quer")).isEqualTo(2);
    assertThat(err.toString()).contains("Did you mean").contains("query");
    assertThat(run("broker", "--nope")).isEqualTo(2);
    assertThat(err.toString())
        .contains("annulus: Unknown option: '--nope'")
        .contains("annulus broker --help")
        .doesNotContain("Usage:");
    assertThat(run("standalone", "--set", "store.reserve-bytes=1MiB")).isEqualTo(1);
    assertThat(err.toString()).contains("use disk.reserve");
    assertThat(run("query", "--set", "query.timeuot=1s", "--print-config")).isEqualTo(1);
    assertThat(err.toString()).contains("did you mean query.timeout?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "gateway", "sink", "query", "store", "broker", "collector"})
  void everySettingIsPrintedWithItsOrigin(String command) {
    assertThat(run("config", "print", command)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("# default" + System.lineSeparator());
  }

  @Test
  void flagsAndFilesShowAsOrigins(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("q.properties"), "query.timeout=7s\n");
    assertThat(
            run("config", "print", "query", "--config", file.toString(), "--store-address", "db:1"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString().lines())
        .containsSequence("# flag", "store.address=db:1")
        .containsSequence("# file " + file, "query.timeout=7s")
        .containsSequence("# default", "http.port=8002");
  }

  @Test
  void secretsAreMasked() {
    assertThat(run("config", "print", "collector", "--set", "collector.token=s3cret")).isZero();
    assertThat(out.toString()).contains("collector.token=***").doesNotContain("s3cret");
  }

  @Test
  void aStoreThatOthersCouldReachIsRefusedUnlessAllowed() {
    assertThat(run("store", "--store-bind", "0.0.0.0", "--print-config")).isEqualTo(1);
    assertThat(err.toString()).contains("store.allow-remote");
    assertThat(run("store", "--store-bind", "0.0.0.0", "--allow-remote", "--print-config"))
        .isZero();
  }

  @Test
  void anEmbeddedStoreCannotBeShared() {
    assertThat(run("query", "--store", "embedded", "--print-config")).isEqualTo(1);
    assertThat(err.toString()).contains("annulus store").contains("--store remote");
    assertThat(run("query", "--store-address", "a:b:c", "--print-config")).isEqualTo(1);
    assertThat(err.toString()).contains("store.address").contains("host:port");
  }

  @Test
  void standaloneHasAStoreOfItsOwnUnlessToldOtherwise() {
    assertThat(run("config", "print", "standalone")).isZero();
    assertThat(out.toString().lines()).containsSequence("# default", "store=embedded");
    assertThat(run("config", "print", "standalone", "--store", "fdb", "--cluster-file", "x"))
        .isZero();
    assertThat(out.toString().lines())
        .containsSequence("# flag", "store=fdb")
        .containsSequence("# flag", "store.cluster-file=x");
    assertThat(run("config", "print", "standalone", "--store", "sqlite")).isEqualTo(1);
    assertThat(err.toString()).contains("store must be");
  }

  @Test
  void capacityCalculates() {
    assertThat(run("capacity", "--metrics", "1000", "--slots", "86400", "--step", "10")).isZero();
    assertThat(out.toString())
        .containsPattern("one ring covers +10 d")
        .containsPattern("all metrics take +2\\.6 GiB")
        .containsPattern("samples a second, at one per slot +100");
    out.getBuffer().setLength(0);
    assertThat(run("capacity", "--metrics", "1000")).isZero();
    assertThat(out.toString())
        .containsPattern("by JSON or Kafka\\R *one ring covers +1 h\\R")
        .containsPattern(
            "by remote write, OTLP, line protocol or Graphite\\R *one ring covers +1 d");
    assertThat(run("capacity", "--metrics", "0")).isEqualTo(1);
    assertThat(err.toString()).contains("--metrics must be a whole number from 1");
  }

  @Test
  void theBannerSaysHowLongSeriesAreKept() {
    assertThat(Banner.kept(RingGeometry.DEFAULT, RetentionRules.DEFAULT))
        .isEqualTo(
            "1 h by JSON and Kafka; 1 d by line protocol, remote write, OTLP, Graphite, collectd");
    assertThat(Banner.kept(RingGeometry.ofSeconds(60, 60), RetentionRules.NONE))
        .isEqualTo("1 h by JSON and Kafka, line protocol, remote write, OTLP, Graphite, collectd");
    for (String command : List.of("standalone", "gateway")) {
      assertThat(run(command, "--help")).isZero();
      assertThat(out.toString()).contains("ingest.default-retention.SOURCE");
      out.getBuffer().setLength(0);
    }
  }
}
