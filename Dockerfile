# Annulus in one process, see deploy/all-in-one/README.md.
FROM docker.io/library/maven:3.9-eclipse-temurin-17 AS build
RUN apt-get update && apt-get install -y --no-install-recommends git make nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make build

FROM docker.io/library/eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --home-dir /var/lib/annulus --create-home annulus
COPY --from=build /src/bin/annulus /opt/annulus/bin/annulus
COPY --from=build /src/standalone/target/annulus/lib /opt/annulus/lib
USER annulus
VOLUME /var/lib/annulus
EXPOSE 8000
ENTRYPOINT ["/opt/annulus/bin/annulus", "standalone", "--bind", "0.0.0.0", "--data-dir", "/var/lib/annulus"]
# A container cannot be reached by default; whoever publishes its port to others replaces this and sets
# ANNULUS_AUTH_TOKENS_FILE.
CMD ["--demo", "--insecure"]
