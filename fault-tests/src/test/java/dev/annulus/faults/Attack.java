package dev.annulus.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What clients do to hold a server, or to exhaust it; each until its crowd is closed. */
enum Attack {
  /** Requests whose bodies never come, on routes that want no token and on others. */
  SILENT_BODIES {
    @Override
    void join(Crowd crowd, Target target) {
      List<String> paths =
          List.of("/session", "/query", "/metrics/lookup", "/dashboards", "/ingest/gauge");
      String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n";
      crowd.with(
          200,
          (all, i) -> {
            Socket socket = all.connect(target.port, 0);
            String path = paths.get(i % paths.size());
            socket.getOutputStream().write(RawHttp.ascii(head.formatted(path)));
            takeAll(socket);
            all.close(socket);
          });
    }
  },

  /** Bodies that come just fast enough, each in pieces. */
  TRICKLED_BODIES {
    @Override
    void join(Crowd crowd, Target target) {
      String head =
          "POST /ingest/gauge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n";
      crowd.with(
          100,
          (all, i) -> {
            Socket socket = all.connect(target.port, 0);
            socket.getOutputStream().write(RawHttp.ascii(head));
            do {
              socket.getOutputStream().write(new byte[300]);
            } while (all.hold(Duration.ofMillis(200)));
            all.close(socket);
          });
    }
  },

  /** Requests upon requests for large files, whose answers nobody takes. */
  PIPELINED_REQUESTS {
    @Override
    void join(Crowd crowd, Target target) {
      byte[] requests =
          RawHttp.ascii(
              "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100));
      crowd.with(
          100,
          (all, i) -> {
            Socket socket = all.connect(target.port, 4 << 10);
            socket.getOutputStream().write(requests);
            all.hold(Duration.ofSeconds(20));
            all.close(socket);
          });
    }
  },

  /** Bodies of very many empty members, and such that become very large. */
  CODED_BODIES {
    @Override
    void join(Crowd crowd, Target target) {
      List<byte[]> requests = new ArrayList<>();
      byte[] emptyGzip = Bodies.gzip(new byte[0]);
      Map<String, List<byte[]>> bodies =
          Map.of(
              "gzip",
              List.of(Bodies.repeated(emptyGzip, 20_000), Bodies.gzip(new byte[60 << 20])),
              "zstd",
              List.of(Bodies.repeated(Bodies.emptyZstd(), 20_000), Bodies.zstdBomb(60 << 20)));
      for (Bodies.Protocol protocol : Bodies.protocols()) {
        if (protocol.encoding().isEmpty()) {
          bodies.forEach(
              (encoding, ofIt) ->
                  ofIt.forEach(
                      body ->
                          requests.add(
                              RawHttp.post(protocol.path(), protocol.type(), encoding, body))));
        } else {
          requests.add(
              RawHttp.post(
                  protocol.path(), protocol.type(), "snappy", Bodies.snappyBomb(60 << 20)));
        }
      }
      crowd.with(2 * requests.size(), (all, i) -> all.exchange(requests.get(i % requests.size())));
    }
  },

  /** Queries that make texts and keep rows without end. */
  SQL_BOMBS {
    @Override
    void join(Crowd crowd, Target target) {
      List<byte[]> requests = bombs().stream().map(sql -> query(sql, "application/json")).toList();
      crowd.with(2 * requests.size(), (all, i) -> all.exchange(requests.get(i % requests.size())));
    }
  },

  /** Queries that only take time. */
  SLOW_QUERIES {
    @Override
    void join(Crowd crowd, Target target) {
      crowd.with(50, (all, i) -> all.exchange(query(SLOW, "application/json")));
    }
  },

  /** Queries that group millions of rows. */
  LARGE_GROUPINGS {
    @Override
    void join(Crowd crowd, Target target) {
      byte[] request =
          query(
              "SELECT count(*) AS n FROM (SELECT x, count(*) AS c FROM generate_series(1, 2900000)"
                  + " AS g(x) GROUP BY x) AS q",
              "application/json");
      crowd.with(4, (all, i) -> all.exchange(request));
    }
  },

  /**
   * As many queries as may wait, each as large as a request may be; more are refused, as all are.
   */
  LARGE_REQUESTS {
    @Override
    void join(Crowd crowd, Target target) {
      String ids = "100000000,".repeat(90_000) + "1";
      byte[] request =
          RawHttp.post(
              "/query",
              "application/json",
              "",
              Bodies.utf8("{\"sql\":\"" + SLOW + "\",\"metric_ids\":[" + ids + "]}"));
      crowd.with(60, (all, i) -> all.exchange(request));
    }
  },

  /** All that is known of very many series. */
  METADATA {
    @Override
    void join(Crowd crowd, Target target) {
      List<String> paths =
          List.of(
              "/metrics?limit=10000",
              "/metrics/names",
              "/metrics?search=h1&limit=10000",
              "/stats/cardinality?by=tag",
              "/stats/capacity?limit=1000");
      crowd.with(40, (all, i) -> all.exchange(RawHttp.get(paths.get(i % paths.size()))));
    }
  },

  /** Ever more series, each as long as one may be. */
  LONG_SERIES {
    @Override
    void join(Crowd crowd, Target target) {
      AtomicLong number = new AtomicLong();
      String text = "x".repeat(1_900);
      crowd.with(
          4,
          (all, i) -> {
            StringBuilder body = new StringBuilder("[");
            for (int s = 0; s < 500; s++) {
              body.append(s == 0 ? "" : ",")
                  .append("{\"name\":\"long\",\"value\":1,\"ts\":")
                  .append(target.now)
                  .append(",\"tags\":{\"id\":\"")
                  .append(number.incrementAndGet());
              for (String key : List.of("a", "b", "c", "d")) {
                body.append("\",\"").append(key).append("\":\"").append(text);
              }
              body.append("\"}}");
            }
            all.exchange(
                RawHttp.post(
                    "/ingest/gauge",
                    "application/json",
                    "gzip",
                    Bodies.gzip(Bodies.utf8(body.append("]").toString()))));
          });
    }
  },

  /** As many samples as a request may hold, from many clients at once. */
  LARGE_BODIES {
    @Override
    void join(Crowd crowd, Target target) {
      byte[] body = Bodies.gzip(Bodies.json("large", 99_000, 1_000, target.now));
      byte[] request = RawHttp.post("/ingest/gauge", "application/json", "gzip", body);
      crowd.with(30, (all, i) -> all.exchange(request));
    }
  },

  /** Connections that do nothing, more than there may be, on every port. */
  IDLE_CONNECTIONS {
    @Override
    void join(Crowd crowd, Target target) {
      byte[] one = RawHttp.ascii("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
      crowd.with(
          20,
          (all, i) -> {
            List<Socket> open = new ArrayList<>();
            for (int c = 0; c < 150 && all.hold(Duration.ZERO); c++) {
              open.add(all.connect(target.port, 0));
              if (c % 2 == 0) {
                open.get(c).getOutputStream().write(one);
              }
              if (c < 10) {
                open.add(all.connect(target.graphitePort, 0));
              }
            }
            all.hold(Duration.ofSeconds(30));
            for (Socket socket : open) {
              all.close(socket);
            }
          });
    }
  },

  /** Large results that are taken very slowly. */
  SLOW_READERS {
    @Override
    void join(Crowd crowd, Target target) {
      byte[] request =
          query("SELECT x, x * 2 AS y FROM generate_series(1, 1000000) AS g(x)", "text/csv");
      crowd.with(
          100,
          (all, i) -> {
            Socket socket = all.connect(target.port, 4 << 10);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            while (all.hold(Duration.ofMillis(200)) && in.read(new byte[500]) > 0) {
              continue;
            }
            all.close(socket);
          });
    }
  };

  private static final String SLOW =
      "SELECT sum(a.x * b.x) AS s FROM generate_series(1, 100000, 1) AS a(x),"
          + " generate_series(1, 100000, 1) AS b(x)";

  /**
   * What is attacked.
   *
   * @param port of HTTP
   * @param graphitePort of Graphite's plain text
   * @param now epoch seconds
   */
  record Target(int port, int graphitePort, long now) {}

  abstract void join(Crowd crowd, Target target);

  private static void takeAll(Socket socket) throws IOException {
    socket.setSoTimeout(60_000);
    try {
      while (socket.getInputStream().read(new byte[1 << 10]) >= 0) {
        continue;
      }
    } catch (SocketTimeoutException e) {
      throw new IOException("a silent client was left alone", e);
    }
  }

  private static byte[] query(String sql, String accept) {
    String body = "{\"timeout_ms\":120000,\"sql\":\"" + sql + "\"}";
    String head =
        "POST /query HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: %s\r\n"
                .formatted(accept)
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(body.length());
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  private static String fat(int rows, int characters) {
    return "(SELECT x, CAST(x AS VARCHAR) || '%s' AS s FROM generate_series(1, %d) AS g(x)) AS f"
        .formatted("x".repeat(characters), rows);
  }

  private static List<String> bombs() {
    String fat = fat(200_000, 16_000);
    String groups = fat(2_900_000, 2_000);
    return List.of(
        "WITH c0 AS (SELECT 'x' AS s)"
            + IntStream.rangeClosed(1, 27)
                .mapToObj(i -> ", c%d AS (SELECT s || s AS s FROM c%d)".formatted(i, i - 1))
                .collect(Collectors.joining())
            + " SELECT s FROM c27",
        "SELECT repeat(repeat(repeat('a', 100000), 100000), 1000) AS s",
        "SELECT s FROM " + fat + " ORDER BY s",
        "SELECT s, count(*) AS n FROM " + groups + " GROUP BY s",
        "SELECT x, max(s) AS m FROM " + groups + " GROUP BY x",
        "SELECT DISTINCT s FROM " + groups,
        "SELECT lag(s) OVER (ORDER BY x) AS l, s FROM " + fat,
        "SELECT s FROM " + fat + " UNION SELECT s FROM " + groups,
        "SELECT y, s FROM generate_series(1, 9) AS g(y), " + fat);
  }
}
