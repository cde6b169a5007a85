package dev.annulus.cli.process;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.OperationsRoutes;
import dev.annulus.service.http.Routes;
import dev.annulus.standalone.Parts;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started process. Thread-safe; {@link #close} stops its parts in order.
 *
 * @param name of the sub-command
 * @param greeting what to print once it is ready
 * @param parts what to close
 */
public record RunningProcess(String name, String greeting, AutoCloseable parts)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningProcess.class);

  /** Starts something, and closes what was started so far if that fails. */
  static RunningProcess start(String name, Opening opening) {
    Parts parts = new Parts();
    try {
      String address = opening.open(parts);
      return new RunningProcess(name, "annulus " + name + " is running: " + address, parts);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /** Opens the parts of a process. */
  interface Opening {
    /** Gives the address of what it has opened. */
    String open(Parts parts);
  }

  /** Serves routes together with health, version and metrics; gives the address. */
  static String serve(HttpConfig config, List<? extends Routes> routes, Parts parts) {
    List<Routes> all = new ArrayList<>(routes);
    all.add(new OperationsRoutes(parts.health(), BuildInfo.load(), parts.metrics(), "/-/metrics"));
    HttpServer http = parts.open(HttpServer.start(config, all, parts.metrics()));
    return "http://" + config.host() + ":" + http.port() + config.basePath();
  }

  @Override
  public void close() {
    try {
      parts.close();
    } catch (Exception e) {
      LOG.atError().addKeyValue("process", name).setCause(e).log("it did not stop");
    }
  }
}
