package dev.annulus.service.http;

import dev.annulus.service.access.AccessControl;
import dev.annulus.service.access.EndedSessions;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of every service, independent of its routes. Thread-safe. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final HttpConfig config;
  private final MeterRegistry metrics;
  private final ServedRoutes served;
  private final Javalin listener;
  private final @Nullable TlsReloader tls;
  private final CompletableFuture<String> failure;
  private final AtomicBoolean closed = new AtomicBoolean();

  private HttpServer(
      HttpConfig config,
      MeterRegistry metrics,
      ServedRoutes served,
      Javalin listener,
      CompletableFuture<String> failure,
      @Nullable TlsReloader tls) {
    this.config = config;
    this.metrics = metrics;
    this.served = served;
    this.listener = listener;
    this.failure = failure;
    this.tls = tls;
  }

  /**
   * Starts listening.
   *
   * @param routes served until they are replaced
   * @throws BindException if the port is taken
   * @throws dev.annulus.service.config.ConfigException if the certificate is unusable, or the
   *     address is not loopback and there are no tokens
   */
  public static HttpServer start(HttpConfig config, List<Routes> routes, MeterRegistry metrics) {
    config.access().requireSafe("http.bind", config.host());
    TlsReloader tls = config.tls() == null ? null : new TlsReloader(config.tls());
    ProblemFormats formats = new ProblemFormats(routes);
    ServedRoutes served = new ServedRoutes(config.basePath(), formats);
    CompletableFuture<String> failure = new CompletableFuture<>();
    Javalin listener =
        Javalin.create(
            javalin -> {
              serve(javalin, config, routes, formats, metrics);
              listen(javalin, config, tls, served, failure, metrics);
            });
    served.show(listener);
    try {
      listener.start(config.host(), config.port());
      return new HttpServer(config, metrics, served, listener, failure, tls);
    } catch (JavalinBindException e) {
      if (tls != null) {
        tls.close();
      }
      throw new BindException(config.host(), config.port(), e);
    } catch (RuntimeException | Error e) {
      if (tls != null) {
        tls.close();
      }
      throw e;
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

    /** The requested port. */
    public int port() {
      return port;
    }
  }

  /** The port it listens on. */
  public int port() {
    return listener.port();
  }

  /** Replaces the routes. Running requests finish with the old ones; connections stay open. */
  public void replaceRoutes(List<Routes> routes) {
    ProblemFormats formats = new ProblemFormats(routes);
    served.replace(
        Javalin.create(javalin -> serve(javalin, config, routes, formats, metrics)), formats);
  }

  /** Completes with the reason if it stops accepting connections without being asked to. */
  public CompletableFuture<String> failure() {
    return failure.copy();
  }

  /** Its routes, such as {@code GET /metrics/{id}}, in no particular order. */
  public List<String> routes() {
    return served.router().allHttpHandlers().stream()
        .filter(handler -> handler.endpoint.method.isHttpMethod())
        .map(handler -> handler.endpoint.method.name() + " " + handler.endpoint.path)
        .toList();
  }

  /** Stops listening; running requests have a moment to finish. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (tls != null) {
      tls.close();
    }
    try {
      listener.stop();
    } catch (JavalinException e) {
      // Waiting requests were told to retry.
      LOG.info("stopped with requests under way: {}", String.valueOf(e.getCause()));
    }
  }

  private static void serve(
      JavalinConfig javalin,
      HttpConfig config,
      List<Routes> routes,
      ProblemFormats formats,
      MeterRegistry metrics) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    if (!config.basePath().isEmpty()) {
      javalin.router.contextPath = config.basePath();
    }
    javalin.http.prefer405over404 = true;
    javalin.http.compressionStrategy = CompressionStrategy.GZIP;
    javalin.http.asyncTimeout = 0; // every handler has its own deadline
    javalin.router.javaLangErrorHandler(HttpServer::answerError);
    javalin.jsonMapper(Json.javalinMapper());
    new RequestObserver(metrics).addTo(javalin);
    new ProblemHandlers(formats).addTo(javalin.routes);
    EndedSessions ended =
        routes.stream().flatMap(part -> part.endedSessions().stream()).findFirst().orElse(null);
    new AccessControl(config.access(), ended, InstantSource.system(), System::nanoTime, metrics)
        .addTo(javalin.routes);
    routes.forEach(part -> part.addTo(javalin.routes));
  }

  /** Handles errors such as a stack overflow; out of memory ends the process. */
  private static void answerError(HttpServletResponse response, Error error) {
    LOG.atError().setCause(error).log("request failed unexpectedly");
    if (!response.isCommitted()) {
      response.setStatus(500);
    }
  }

  private static void listen(
      JavalinConfig javalin,
      HttpConfig config,
      @Nullable TlsReloader tls,
      ServedRoutes served,
      CompletableFuture<String> failure,
      MeterRegistry metrics) {
    ErrorPages errors = new ErrorPages(served);
    // The number of connections bounds the queue: each has at most one request.
    javalin.jetty.threadPool = new HttpThreads(config.threads());
    javalin.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(config.maxHeaderBytes());
          http.setIdleTimeout(config.idleTimeout().toMillis());
        });
    javalin.jetty.addConnector(
        (server, http) -> {
          ServerConnector connector = connector(server, http, config, tls, failure);
          server.addBean(new ConnectionPlaces(config.maxConnections(), server, connector, metrics));
          return connector;
        });
    javalin.jetty.modifyServer(
        server -> {
          server.setStopTimeout(5_000);
          server.setHandler(
              new RequestIntake(
                  server,
                  config.threads(),
                  config.slowClients(),
                  request -> lane(request, served),
                  errors,
                  metrics));
          server.setErrorHandler(errors);
        });
    javalin.jetty.modifyServletContextHandler(
        context -> {
          context.setErrorHandler(errors);
          served.addTo(context);
        });
  }

  private static Lane lane(Request request, ServedRoutes served) {
    String own = served.ownPath(Request.getPathInContext(request));
    return OperationsRoutes.isScrape(own, request.getHeaders().get(HttpHeader.ACCEPT))
        ? Lane.OPERATIONS
        : served.laneOf(own);
  }

  private static ServerConnector connector(
      Server server,
      HttpConfiguration http,
      HttpConfig config,
      @Nullable TlsReloader tls,
      CompletableFuture<String> failure) {
    ServerConnector connector;
    if (tls == null) {
      connector = new Connector(server, failure, new HttpConnectionFactory(http));
    } else {
      HttpConfiguration secure = new HttpConfiguration(http);
      // There is one certificate, whatever server name (SNI) a client sends.
      secure.addCustomizer(new SecureRequestCustomizer(false));
      connector =
          new Connector(
              server,
              failure,
              new SslConnectionFactory(tls.context(), "http/1.1"),
              new HttpConnectionFactory(secure));
    }
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setAcceptQueueSize(config.acceptBacklog());
    connector.setIdleTimeout(config.idleTimeout().toMillis());
    connector.addBean(new HeaderDeadline(connector.getScheduler(), config.headerTimeout()));
    return connector;
  }

  /** Detects an acceptor thread that ends while the server runs. */
  private static final class Connector extends ServerConnector {
    private final CompletableFuture<String> failure;

    Connector(Server server, CompletableFuture<String> failure, ConnectionFactory... factories) {
      super(server, factories);
      this.failure = failure;
    }

    @Override
    protected boolean handleAcceptFailure(Throwable cause) {
      boolean goesOn = super.handleAcceptFailure(cause);
      if (!goesOn && isRunning()) {
        failure.complete("connections are not accepted any more: " + cause);
      }
      return goesOn;
    }
  }
}
