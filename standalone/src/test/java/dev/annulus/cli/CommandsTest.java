package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "standalone",
        "gateway",
        "sink",
        "query",
        "store",
        "broker",
        "collector",
        "capacity",
        "config"
      })
  void helpStartsWithExamples(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .startsWith("Examples:" + System.lineSeparator() + "  annulus " + command);
  }

  @Test
  void anUnknownOptionOrCommandSuggestsTheNearOne() {
    assertThat(run("gateway", "--kafka-botstrap", "x:1")).isEqualTo(2);
    assertThat(err.toString()).contains("--kafka-botstrap").contains("--kafka-bootstrap");
    assertThat(run("quer")).isEqualTo(2);
    assertThat(err.toString()).contains("Did you mean").contains("query");
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
    assertThat(run("capacity", "--metrics", "0")).isEqualTo(1);
    assertThat(err.toString()).contains("--metrics must be a whole number from 1");
  }
}
