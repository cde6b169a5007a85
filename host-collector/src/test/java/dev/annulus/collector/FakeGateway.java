package dev.annulus.collector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver that keeps what it gets, and answers as told, or with 200 when told nothing. */
final class FakeGateway implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  private FakeGateway(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static FakeGateway start() throws IOException {
    return new FakeGateway(0);
  }

  /** A gateway at the address of one that was closed. */
  static FakeGateway startAt(URI address) throws IOException {
    return new FakeGateway(address.getPort());
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next request without an answer planned gets this one. */
  FakeGateway reply(int status, Map<String, String> headers, String body) {
    replies.add(new Reply(status, headers, body, Stall.NONE));
    return this;
  }

  /** The next request gets no answer while this gateway lives. */
  void replyNever() {
    replies.add(new Reply(200, Map.of(), "", Stall.BEFORE_HEAD));
  }

  /** The next request gets the head of an answer and no body while this gateway lives. */
  void replyHeadOnly() {
    replies.add(new Reply(200, Map.of(), "", Stall.BEFORE_BODY));
  }

  List<Request> requests() {
    return requests;
  }

  /** Path and second of each request, in order of arrival. */
  List<String> log() {
    return requests.stream()
        .map(request -> request.path() + "@" + request.samples().get(0).get("ts").asLong())
        .toList();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = replies.poll();
      JsonNode samples = JSON.readTree(exchange.getRequestBody());
      String path = exchange.getRequestURI().getPath();
      Map<String, List<String>> headers = Map.copyOf(exchange.getRequestHeaders());
      requests.add(new Request(path, headers, samples));
      send(exchange, reply == null ? new Reply(200, Map.of(), "[]", Stall.NONE) : reply);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
    if (reply.stall() == Stall.BEFORE_HEAD) {
      closed.await();
      return;
    }
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    reply.headers().forEach(exchange.getResponseHeaders()::add);
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? 0 : body.length);
    if (reply.stall() == Stall.BEFORE_BODY) {
      exchange.getResponseBody().flush();
      closed.await();
      return;
    }
    exchange.getResponseBody().write(body);
  }

  record Request(String path, Map<String, List<String>> headers, JsonNode samples) {

    /** Null if absent. The JDK's server spells header names like this: {@code Content-type}. */
    String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().get(0))
          .findAny()
          .orElse(null);
    }
  }

  private record Reply(int status, Map<String, String> headers, String body, Stall stall) {}

  private enum Stall {
    NONE,
    BEFORE_HEAD,
    BEFORE_BODY
  }
}
