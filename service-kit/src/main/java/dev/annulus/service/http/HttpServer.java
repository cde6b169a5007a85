package dev.annulus.service.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** An HTTP server with everything that does not depend on what it serves. Thread-safe. */
public final class HttpServer implements AutoCloseable {
  private final Javalin javalin;

  private HttpServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /**
   * Starts listening.
   *
   * @throws BindException if the port is taken
   */
  public static HttpServer start(HttpConfig config, List<Routes> routes, MeterRegistry metrics) {
    Javalin javalin =
        Javalin.create(javalinConfig -> configure(javalinConfig, config, routes, metrics));
    try {
      return new HttpServer(javalin.start(config.host(), config.port()));
    } catch (JavalinBindException e) {
      throw new BindException(config.host(), config.port(), e);
    }
  }

  /** The address cannot be bound. */
  public static final class BindException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int port;

    BindException(String host, int port, Throwable cause) {
      super("cannot listen on " + host + ":" + port + ": the port is taken or not allowed", cause);
      this.port = port;
    }

    /** The port that was asked for. */
    public int port() {
      return port;
    }
  }

  /** The port it listens on. */
  public int port() {
    return javalin.port();
  }

  /** What it answers to, such as {@code GET /metrics/{id}}, in no particular order. */
  public List<String> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .filter(handler -> handler.endpoint.method.isHttpMethod())
        .map(handler -> handler.endpoint.method.name() + " " + handler.endpoint.path)
        .toList();
  }

  /** Stops listening, after running requests have had a moment to end. */
  @Override
  public void close() {
    javalin.stop();
  }

  private static void configure(
      JavalinConfig javalin, HttpConfig config, List<Routes> routes, MeterRegistry metrics) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    if (!config.basePath().isEmpty()) {
      javalin.router.contextPath = config.basePath();
    }
    javalin.http.prefer405over404 = true;
    javalin.http.compressionStrategy = CompressionStrategy.GZIP;
    javalin.http.asyncTimeout = 0; // every handler has a deadline of its own
    javalin.jsonMapper(Json.javalinMapper());
    // Its queue is bounded by the connections: each has at most one request.
    QueuedThreadPool threads = new QueuedThreadPool(config.threads(), 8);
    threads.setName("annulus-http");
    javalin.jetty.threadPool = threads;
    javalin.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(config.maxHeaderBytes());
          http.setIdleTimeout(config.idleTimeout().toMillis());
        });
    javalin.jetty.modifyServer(
        server -> {
          server.addBean(new NetworkConnectionLimit(config.maxConnections(), server));
          server.setStopTimeout(5_000);
        });
    new RequestObserver(metrics).addTo(javalin);
    new ProblemHandlers().addTo(javalin.routes);
    routes.forEach(part -> part.addTo(javalin.routes));
  }
}
