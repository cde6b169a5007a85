// Checks docker-compose.yml and the images against each other and against the build: memory that
// fits the heaps, files that are there, pinned images, and the versions that pom.xml has.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { parse, parseAllDocuments } = createRequire(join(ROOT, "deploy/kubernetes/validate/package.json"))("yaml");
const read = (file) => readFileSync(join(ROOT, file), "utf8");
const { services } = parse(read("docker-compose.yml"), { merge: true });

// Each profile once, none, and all.
if (process.argv[2] === "--profiles") {
  const profiles = [...new Set(Object.values(services).flatMap((service) => service.profiles ?? []))];
  console.log(["", ...profiles, profiles.join(",")].join("\n"));
  process.exit(0);
}

const problems = [];
const bytes = (text) => {
  const [, number, unit] = /^(\d+)([kmg]?)b?$/i.exec(String(text)) ?? [];
  return Number(number) * 1024 ** " kmg".indexOf((unit ?? "").toLowerCase() || " ");
};

for (const [name, service] of Object.entries(services)) {
  if (!service.mem_limit) problems.push(`${name} has no mem_limit`);
  const heap = /-Xmx(\w+)/.exec(service.environment?.ANNULUS_JAVA_OPTS ?? "")?.[1];
  if (service.environment?.ANNULUS_JAVA_OPTS && bytes(service.mem_limit) < bytes(heap) * 1.25 + 128 * 1024 ** 2) {
    problems.push(`${name}: ${service.mem_limit} are too little for a heap of ${heap}`);
  }
  for (const volume of service.volumes ?? []) {
    const source = String(volume).split(":")[0];
    if (source.startsWith(".") && !existsSync(join(ROOT, source))) problems.push(`${name} mounts ${source}, which is not there`);
  }
  for (const other of Object.keys(service.depends_on ?? {})) {
    const one = Array.isArray(service.depends_on) ? service.depends_on[other] : other;
    if (!services[one]) problems.push(`${name} depends on ${one}, which is not there`);
  }
  if (!service.build && !/:[v]?\d+\.\d+/.test(service.image)) problems.push(`${name}: ${service.image} is not pinned`);
}

const dockerfile = read("Dockerfile");
const args = new Map([...dockerfile.matchAll(/^ARG (\w+)=(\S+)/gm)].map((match) => [match[1], match[2]]));
const stages = new Set([...dockerfile.matchAll(/^FROM \S+ AS (\S+)/gm)].map((match) => match[1]));
for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
  const resolved = image.replaceAll(/\$\{(\w+)\}/g, (whole, name) => args.get(name) ?? whole);
  if (!stages.has(image) && !/:\d+\.\d+/.test(resolved)) problems.push(`Dockerfile: ${resolved} is not pinned`);
}
for (const [name, { build }] of Object.entries(services)) {
  if (build && !stages.has(build.target)) problems.push(`${name}: the Dockerfile has no target ${build.target}`);
}

// One version of each system, wherever it is named.
const pom = read("pom.xml");
const version = (property) => new RegExp(`<${property}>([^<]+)</${property}>`).exec(pom)?.[1];
const kubernetes = ["kafka", "foundationdb"].flatMap((name) =>
  parseAllDocuments(read(`deploy/kubernetes/base/${name}.yaml`), { merge: true }).map((document) => document.toJS()),
);
const named = {
  "kafka.version": [
    ...Object.values(services).map(({ image }) => /apache\/kafka:(\S+)/.exec(image)?.[1]),
    ...kubernetes.map((object) => object.spec?.kafka?.version),
  ],
  "flink.version": [/^ARG FLINK=([\d.]+)/m.exec(dockerfile)?.[1]],
  "fdb.version": [
    ...Object.values(services).map(({ image }) => /foundationdb\/foundationdb:(\S+)/.exec(image)?.[1]),
    ...kubernetes.filter(({ kind }) => kind === "FoundationDBCluster").map((object) => object.spec.version),
    /^ARG FOUNDATIONDB=(\S+)/m.exec(dockerfile)?.[1],
  ],
};
for (const [property, found] of Object.entries(named)) {
  const wanted = version(property);
  const versions = found.filter(Boolean);
  if (!wanted || versions.length === 0) problems.push(`${property}: nothing to compare`);
  versions.filter((one) => one !== wanted).forEach((one) => problems.push(`${property} is ${wanted} in pom.xml and ${one} elsewhere`));
}

problems.forEach((problem) => console.error(problem));
process.exit(problems.length === 0 ? 0 : 1);
