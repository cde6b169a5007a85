# The default target is Annulus in one process (deploy/all-in-one/README.md). One image per service, as
# targets: gateway, query, sink, store, broker, collector, ring-sink.
#
#   podman build -t annulus .
#   podman build --target gateway -t annulus/gateway .
ARG JAVA=17.0.19_10
ARG NODE=22.22.0
ARG FLINK=2.2.1-java17
ARG FOUNDATIONDB=7.3.68

FROM docker.io/library/node:${NODE}-bookworm-slim AS node

FROM docker.io/library/maven:3.9.15-eclipse-temurin-17 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/*
# The distribution's Node.js is too old for the UI's build.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
RUN make build

# A JVM with the modules that Annulus uses, about a third of a full one.
FROM docker.io/library/eclipse-temurin:${JAVA}-jdk-jammy AS jvm
RUN jlink --output /jvm --strip-java-debug-attributes --no-man-pages --no-header-files --compress 2 \
    --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.zipfs,jdk.management,jdk.naming.dns

FROM docker.io/library/debian:13.6-slim AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/annulus --create-home annulus
COPY --from=jvm /jvm /opt/java
COPY --from=build /src/bin/annulus /opt/annulus/bin/annulus
COPY --from=build /src/standalone/target/annulus/lib /opt/annulus/lib
# The bill of materials (CycloneDX).
COPY --from=build /src/standalone/target/annulus/bom.json /opt/annulus/sbom/annulus.cdx.json
COPY --from=build /src/ui/target/bom.json /opt/annulus/sbom/ui.cdx.json
# -Xmx is 2 GiB unless ANNULUS_JAVA_OPTS says otherwise; keep it well below the memory limit.
ENV JAVA_HOME=/opt/java
USER 10001
WORKDIR /var/lib/annulus

FROM docker.io/foundationdb/foundationdb:${FOUNDATIONDB} AS foundationdb

FROM runtime AS service
COPY --from=foundationdb /usr/lib/libfdb_c.so /usr/lib/libfdb_c.so

FROM service AS gateway
EXPOSE 8001
ENTRYPOINT ["/opt/annulus/bin/annulus", "gateway"]

FROM service AS query
EXPOSE 8002
ENTRYPOINT ["/opt/annulus/bin/annulus", "query"]

FROM service AS sink
EXPOSE 8003
ENTRYPOINT ["/opt/annulus/bin/annulus", "sink"]

FROM service AS store
EXPOSE 8004 8710
VOLUME /var/lib/annulus
ENTRYPOINT ["/opt/annulus/bin/annulus", "store", "--data-dir", "/var/lib/annulus"]

FROM service AS broker
EXPOSE 8005 9092
VOLUME /var/lib/annulus
ENTRYPOINT ["/opt/annulus/bin/annulus", "broker", "--data-dir", "/var/lib/annulus"]

FROM service AS collector
ENTRYPOINT ["/opt/annulus/bin/annulus", "collector"]

# The job for a real Flink cluster, in application mode.
FROM docker.io/library/flink:${FLINK} AS ring-sink
COPY --from=foundationdb /usr/lib/libfdb_c.so /usr/lib/libfdb_c.so
COPY --from=build /src/ring-sink/target/ring-sink-job.jar /opt/flink/usrlib/ring-sink-job.jar
RUN mkdir -p /var/lib/annulus/checkpoints && chown -R flink:flink /var/lib/annulus
USER flink

FROM runtime AS standalone
VOLUME /var/lib/annulus
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD curl -fs http://127.0.0.1:8000/readyz
ENTRYPOINT ["/opt/annulus/bin/annulus", "standalone", "--bind", "0.0.0.0", "--data-dir", "/var/lib/annulus"]
# Inside a container nothing is reachable until its port is published. To publish it to others, replace
# this and set ANNULUS_AUTH_TOKENS_FILE.
CMD ["--demo", "--insecure"]
