package dev.annulus.ingest.prometheus;

import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.prometheus.RemoteWrite.Series;
import java.net.http.HttpResponse;
import java.util.List;

/** Sends remote write of both versions to a gateway. */
record RemoteWriteSender(GatewayFixture gateway) {
  /** Of the protocol. */
  enum Version {
    V1,
    V2;

    byte[] encode(List<Series> series) {
      return this == V1 ? RemoteWrite.v1(series) : RemoteWrite.v2(series);
    }

    String contentType() {
      return this == V1
          ? "application/x-protobuf"
          : "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    }
  }

  HttpResponse<byte[]> write(Version version, Series... series) throws Exception {
    return post(version.encode(List.of(series)), version.contentType(), "snappy");
  }

  HttpResponse<byte[]> post(byte[] message, String type, String encoding) throws Exception {
    return gateway.post(
        "/api/v1/write",
        RemoteWrite.snappy(message),
        "Content-Type",
        type,
        "Content-Encoding",
        encoding);
  }

  /** A header that says how many of something were written; empty if it is missing. */
  static String writtenHeader(HttpResponse<byte[]> response, String what) {
    return response
        .headers()
        .firstValue("X-Prometheus-Remote-Write-" + what + "-Written")
        .orElse("");
  }
}
