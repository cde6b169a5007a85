package dev.annulus.cli;

import dev.annulus.service.access.ApiToken;
import dev.annulus.service.access.Scope;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code annulus token}. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    header = {"Examples:", "  annulus token create grafana --scope query", ""},
    description = "Makes API tokens.%n",
    subcommands = TokenCommand.Create.class)
final class TokenCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do: create.");
    }
  }

  /** {@code annulus token create}. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      header = {
        "Examples:",
        "  annulus token create grafana --scope query",
        "  annulus token create ci --scope ingest,query >> /etc/annulus/tokens",
        ""
      },
      description = {
        "Prints a new token on stderr, once, and the line for auth.tokens-file on stdout. The line"
            + " holds only a hash of the token.",
        ""
      })
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Name of the owner; appears in the audit log.")
    private String name = "";

    @Option(
        names = "--scope",
        paramLabel = "SCOPE[,SCOPE]",
        required = true,
        description =
            "Scopes: ingest (write samples), query (read), admin (delete, retention,"
                + " dashboards).")
    private String scope = "";

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      CommandLine line = java.util.Objects.requireNonNull(spec).commandLine();
      ApiToken.Created created;
      try {
        Set<Scope> scopes = ApiToken.scopes(scope);
        created = ApiToken.create(name, scopes, new SecureRandom());
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(line, String.valueOf(e.getMessage()));
      }
      PrintWriter err = line.getErr();
      err.println("The token, shown only now. Clients send Authorization: Bearer TOKEN.");
      err.println();
      err.println("  " + created.secret());
      err.println();
      err.flush();
      PrintWriter out = line.getOut();
      out.println(created.stored().line());
      out.flush();
      return 0;
    }
  }
}
