# Annulus in one process, see deploy/all-in-one/README.md. One image per service: deploy/images.
ARG JAVA=17.0.19_10
ARG NODE=22.22.0

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

# A JVM with the modules Annulus uses, about a third of a full one.
FROM docker.io/library/eclipse-temurin:${JAVA}-jdk-jammy AS jvm
RUN jlink --output /jvm --strip-java-debug-attributes --no-man-pages --no-header-files --compress 2 \
    --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.zipfs,jdk.management,jdk.naming.dns

FROM docker.io/library/debian:13.6-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/annulus --create-home annulus
COPY --from=jvm /jvm /opt/java
COPY --from=build /src/bin/annulus /opt/annulus/bin/annulus
COPY --from=build /src/standalone/target/annulus/lib /opt/annulus/lib
# What all of it is made of (CycloneDX).
COPY --from=build /src/standalone/target/annulus/bom.json /opt/annulus/sbom/annulus.cdx.json
COPY --from=build /src/ui/target/bom.json /opt/annulus/sbom/ui.cdx.json
ENV JAVA_HOME=/opt/java
USER 10001
WORKDIR /var/lib/annulus
VOLUME /var/lib/annulus
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD curl -fs http://127.0.0.1:8000/readyz
ENTRYPOINT ["/opt/annulus/bin/annulus", "standalone", "--bind", "0.0.0.0", "--data-dir", "/var/lib/annulus"]
# A container cannot be reached by default; whoever publishes its port to others replaces this and sets
# ANNULUS_AUTH_TOKENS_FILE.
CMD ["--demo", "--insecure"]
