package dev.annulus.cli;

import dev.annulus.service.BuildInfo;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Entry point of {@code annulus}. Data goes to stdout, messages to stderr. */
@Command(
    name = "annulus",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "A time-series store whose disk use is fixed by construction.",
    synopsisSubcommandLabel = "COMMAND",
    header = {
      "Examples:",
      "  annulus standalone --demo      everything, with live figures of this machine",
      "  annulus standalone --port 9000",
      "  annulus standalone --help      what else can be set",
      "  annulus gateway                one part in a process of its own",
      "  annulus config print gateway   every setting and where it comes from",
      "  annulus capacity --metrics 10000 --slots 86400",
      ""
    },
    subcommands = {
      StandaloneCommand.class,
      TokenCommand.class,
      ConvertCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      ServiceCommands.Gateway.class,
      ServiceCommands.Sink.class,
      ServiceCommands.Query.class,
      ServiceCommands.Store.class,
      ServiceCommands.Broker.class,
      ServiceCommands.Collector.class,
      CapacityCommand.class,
      ConfigCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Runnable {

  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    LogFormat.choose();
    System.exit(run(args));
  }

  /** Runs a command; returns 0 for success, 1 for a failure, 2 for wrong usage. */
  static int run(String... args) {
    return commandLine().execute(args);
  }

  /** The command with all sub-commands; its output can be redirected. */
  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Main());
    // The first line of a header is only shown in the command's own help, where it leads to
    // examples.
    command
        .getHelpSectionMap()
        .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Main::commandList);
    // The rest belongs to another command.
    commandAt(commandAt(command, "config"), "print").setStopAtPositional(true);
    command.setParameterExceptionHandler(Main::usage);
    command.setExecutionExceptionHandler(
        (e, line, result) -> {
          PrintWriter err = line.getErr();
          err.println("annulus: " + Failure.describe(e));
          return 1;
        });
    return command;
  }

  /** Prints the error and where to find help: a page of options would hide the error. */
  private static int usage(CommandLine.ParameterException wrong, String[] args) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    if (args.length == 0) {
      line.usage(err);
    }
    err.println("annulus: " + wrong.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("  " + line.getCommandSpec().qualifiedName() + " --help says what there is.");
    err.flush();
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String commandList(CommandLine.Help help) {
    CommandLine.Help.TextTable table =
        CommandLine.Help.TextTable.forColumns(
            help.colorScheme(),
            new CommandLine.Help.Column(13, 2, CommandLine.Help.Column.Overflow.SPAN),
            new CommandLine.Help.Column(67, 1, CommandLine.Help.Column.Overflow.WRAP));
    help.subcommands()
        .forEach(
            (name, command) -> {
              String[] description = command.commandSpec().usageMessage().description();
              table.addRowValues(
                  name, description.length == 0 ? "" : description[0].replace("%n", ""));
            });
    return table.toString();
  }

  private static CommandLine commandAt(CommandLine parent, String name) {
    return Objects.requireNonNull(parent.getSubcommands().get(name));
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "Say which command to run.");
    }
  }

  /** {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      BuildInfo build = BuildInfo.load();
      return new String[] {
        "annulus %s (commit %s, %s, Java %s)"
            .formatted(build.version(), build.commit(), build.built(), build.java())
      };
    }
  }
}
