package dev.annulus.cli;

import dev.annulus.service.config.Settings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code annulus config}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Shows settings.%n",
    header = {
      "Examples:",
      "  annulus config print           of standalone",
      "  annulus config print gateway --config my.properties",
      ""
    },
    subcommands = ConfigCommand.Print.class)
final class ConfigCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "Say what: config print.");
    }
  }

  /** Prints settings as a table that is also a valid properties file. */
  static void print(List<Settings.Resolved> settings, PrintWriter out) {
    for (Settings.Resolved setting : settings) {
      out.printf("# %s%n%s=%s%n", setting.origin(), setting.key(), setting.value());
    }
    out.flush();
  }

  @Command(
      name = "print",
      mixinStandardHelpOptions = true,
      description = "Prints every setting of a command with its origin.%n",
      header = {
        "Examples:",
        "  annulus config print query --store fdb",
        "  annulus config print sink > sink.properties",
        ""
      })
  static final class Print implements Callable<Integer> {
    @Parameters(
        paramLabel = "[COMMAND [OPTION…]]",
        arity = "0..*",
        description = "The command and its options (default: standalone).")
    private List<String> command = new ArrayList<>();

    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
      CommandLine top = Objects.requireNonNull(spec).root().commandLine();
      List<String> words = new ArrayList<>(command);
      if (words.isEmpty()) {
        words.add("standalone");
      }
      CommandLine chosen = top.getSubcommands().get(words.get(0));
      if (chosen == null || !(chosen.getCommand() instanceof ServiceCommand)) {
        throw new CommandLine.ParameterException(
            Objects.requireNonNull(spec).commandLine(),
            "\"" + words.get(0) + "\" is not a command with settings.");
      }
      words.add("--print-config");
      return top.execute(words.toArray(String[]::new));
    }
  }
}
