package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestMethodsIT {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private HttpServer server;

  @BeforeEach
  void start() {
    Routes routes =
        config -> {
          config.post("/write", ctx -> ctx.status(204));
          config.get("/things/{id}", ctx -> ctx.result(ctx.pathParam("id")));
          config.get("/large", ctx -> ctx.result("x".repeat(1_000_000)));
          config.get("/stream", ctx -> ctx.outputStream().write(new byte[100_000]));
          config.get("/failing", ctx -> ctx.status(400).json(Map.of("code", "bad")));
          config.get("/empty", ctx -> ctx.status(204));
          config.delete("/things/{id}", ctx -> ctx.result("deleted"));
        };
    server = HttpServer.start(HttpConfig.on("127.0.0.1", 0), List.of(routes), metrics);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /write | POST",
        "PUT | /write | POST",
        "DELETE | /write | POST",
        "PATCH | /write | POST",
        "PROPFIND | /write | POST",
        "get | /write | POST",
        "M-SEARCH | /write | POST",
        "POST | /things/1 | DELETE, GET, HEAD",
        "PUT | /things/1 | DELETE, GET, HEAD",
      })
  void aPathThatTakesAnotherMethodSaysWhich(String method, String path, String allowed)
      throws Exception {
    String answer = send(method, path);
    assertThat(answer).startsWith("HTTP/1.1 405").contains("\r\nAllow: " + allowed + "\r\n");
    assertThat(answer).contains("\"code\":\"method_not_allowed\"", "it takes " + allowed + ".");
  }

  @Test
  void aPathThatTakesNoneIsNotFoundWhateverTheMethod() throws Exception {
    for (String method : List.of("GET", "POST", "PROPFIND", "x")) {
      assertThat(send(method, "/nothing")).startsWith("HTTP/1.1 404");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PROPFIND", "delete", "no method", ""})
  void noHeaderMakesARequestAnother(String override) throws Exception {
    String answer = send("GET", "/things/7", "X-HTTP-Method-Override: " + override);
    assertThat(answer).startsWith("HTTP/1.1 200").endsWith("7");
  }

  /** All on one connection: what came behind an answer would be taken for the next one. */
  @Test
  void headIsAnsweredAsGetWithoutTheBody() throws Exception {
    List<String> paths =
        List.of("/things/7", "/large", "/stream", "/failing", "/empty", "/write", "/nothing");
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(30_000);
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      for (String path : paths) {
        for (String accepted : List.of("identity", "gzip")) {
          String rest = path + " HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + accepted + "\r\n\r\n";
          socket.getOutputStream().write(("HEAD " + rest).getBytes(StandardCharsets.ISO_8859_1));
          Map<String, String> head = header(in);
          socket.getOutputStream().write(("GET " + rest).getBytes(StandardCharsets.ISO_8859_1));
          Map<String, String> get = header(in);
          skipBody(in, get);
          if (head.get("content-length") == null) {
            get.remove("content-length");
            get.remove("transfer-encoding");
            head.remove("transfer-encoding");
          }
          List.of("date", "x-request-id").forEach(name -> assertThat(head).containsKey(name));
          List.of("date", "x-request-id")
              .forEach(
                  name -> {
                    head.remove(name);
                    get.remove(name);
                  });
          assertThat(head).as(path).isEqualTo(get);
        }
      }
    }
  }

  private static Map<String, String> header(InputStream in) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    fields.put("", line(in));
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] field = line.split(":", 2);
      fields.put(field[0].toLowerCase(Locale.ROOT), field[1].trim());
    }
    return fields;
  }

  private static void skipBody(InputStream in, Map<String, String> header) throws IOException {
    if (header.containsKey("transfer-encoding")) {
      for (int size = 1; size > 0; ) {
        size = Integer.parseInt(line(in), 16);
        in.skipNBytes(size);
        assertThat(line(in)).isEmpty();
      }
    } else {
      in.skipNBytes(Long.parseLong(header.getOrDefault("content-length", "0")));
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException(line.toString());
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  @Test
  void nothingAClientChoosesBecomesAMeter() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("RequestMethodsIT seed " + seed);
    Random random = new Random(seed);
    int methods = HandlerType.values().size();
    for (int i = 0; i < 500; i++) {
      String path =
          switch (random.nextInt(4)) {
            case 0 -> "/write";
            case 1 -> "/things/" + word(random);
            case 2 -> "/write?" + word(random) + "=" + word(random);
            default -> "/" + word(random);
          };
      String method =
          switch (random.nextInt(3)) {
            case 0 -> "GET";
            case 1 -> "POST";
            default -> word(random).toUpperCase(Locale.ROOT);
          };
      send(
          method,
          path,
          "X-HTTP-Method-Override: " + word(random),
          "X-Request-Id: " + word(random),
          "User-Agent: " + word(random),
          "Authorization: Bearer " + word(random),
          "Content-Type: " + word(random) + "/" + word(random),
          "Origin: http://" + word(random));
    }
    Set<String> values =
        metrics.getMeters().stream()
            .filter(meter -> meter.getId().getName().equals("annulus.http.requests"))
            .map(Meter::getId)
            .map(id -> id.getTag("route") + " " + id.getTag("method"))
            .collect(Collectors.toSet());
    assertThat(values).isNotEmpty().allMatch(value -> value.matches("[a-z/{}]+ (GET|POST|other)"));
    assertThat(metrics.getMeters()).as("few kinds of answers").hasSizeLessThan(40);
    assertThat(HandlerType.values().size())
        .as("methods that Javalin remembers")
        .isLessThanOrEqualTo(methods + 1);
  }

  private static String word(Random random) {
    return random
        .ints(1 + random.nextInt(10), 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private String send(String method, String path, String... headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(30_000);
      StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      request.append("Host: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      socket
          .getOutputStream()
          .write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
