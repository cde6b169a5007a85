// Checks rendered manifests, given on stdin: Kubernetes' own kinds and cert-manager's against their
// published schemas, Strimzi's against the classes it publishes, and all of them against each other.
//
//   node validate.mjs JARS [--settings NAME]
//
// With --settings it prints what a deployment sets in its environment, as NAME=VALUE.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { check as checkOperated, operators } from "./operators.mjs";

const problems = [];
const objects = parseAllDocuments(readFileSync(0, "utf8"), { merge: true }).map((document) => {
  document.errors.forEach((error) => problems.push(String(error)));
  return document.toJS();
});

const nameOf = (object) => `${object.kind} ${object.metadata?.name}`;
const at = (object, path) => path.split(".").reduce((value, key) => value?.[key], object);
const ofKind = (kind) => objects.filter((object) => object.kind === kind);
const named = (kind, name) => ofKind(kind).find((object) => object.metadata.name === name);

const podsOf = (object) => object.spec?.template?.spec ?? object.spec?.podTemplate?.spec;
const labelsOf = (object) => ({
  ...(object.spec?.template ?? object.spec?.podTemplate)?.metadata?.labels,
});
const environmentOf = (object) => {
  const container = podsOf(object).containers[0];
  const fromMaps = (container.envFrom ?? [])
    .filter(({ configMapRef }) => configMapRef)
    .flatMap(({ configMapRef }) => Object.entries(named("ConfigMap", configMapRef.name)?.data ?? {}));
  const own = (container.env ?? []).map(({ name, value }) => [name, value ?? "from-a-secret"]);
  return new Map([...fromMaps, ...own]);
};

if (process.argv[3] === "--settings") {
  environmentOf(named("Deployment", process.argv[4])).forEach((value, name) => console.log(`${name}=${value}`));
  process.exit(0);
}

// Operators that publish no schema apart from their installation: the fields they do nothing without.
const UNPUBLISHED = {
  "apps.foundationdb.org/v1beta2/FoundationDBCluster": ["spec.version", "spec.databaseConfiguration"],
  "flink.apache.org/v1beta1/FlinkDeployment": ["spec.image", "spec.flinkVersion", "spec.job.jarURI"],
};
const published = operators(process.argv[2]);
if (published.size === 0) problems.push(`no classes of operators in ${process.argv[2]}`);

for (const object of objects) {
  const id = `${object.apiVersion}/${object.kind}`;
  const operated = published.get(`${object.apiVersion?.split("/")[0]}/${object.kind}`);
  if (operated) {
    checkOperated(object, operated).forEach((problem) => problems.push(`${nameOf(object)}: ${problem}`));
  } else if (UNPUBLISHED[id]) {
    UNPUBLISHED[id]
      .filter((path) => at(object, path) === undefined)
      .forEach((path) => problems.push(`${nameOf(object)}: ${path} is missing`));
  } else {
    const library = id.startsWith("cert-manager.io/") ? "@kubernetes-models/cert-manager" : "kubernetes-models";
    try {
      const { [object.kind]: Model } = await import(`${library}/${id}`);
      new Model(object).validate();
    } catch (error) {
      problems.push(`${nameOf(object)} (${object.apiVersion}): ${error.message}`);
    }
  }
}

// References: to what is here, to what an operator makes of it, or to what README.md asks for.
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const known = new Set(objects.map(nameOf));
ofKind("Kafka").forEach(({ metadata }) => known.add(`Secret ${metadata.name}-cluster-ca-cert`));
ofKind("KafkaUser").forEach(({ metadata }) => known.add(`Secret ${metadata.name}`));
ofKind("Certificate").forEach(({ spec }) => known.add(`Secret ${spec.secretName}`));
ofKind("FoundationDBCluster").forEach(({ metadata }) => known.add(`ConfigMap ${metadata.name}-config`));
const require = (from, kind, name) => {
  if (!known.has(`${kind} ${name}`) && !README.includes(`secret generic ${name}`) && !README.includes(`secret tls ${name}`)) {
    problems.push(`${from} refers to ${kind} ${name}, which is not there`);
  }
};
const walk = (from, value) => {
  if (value === null || typeof value !== "object") return;
  if (value.configMapRef && !value.configMapRef.optional) require(from, "ConfigMap", value.configMapRef.name);
  if (value.configMap?.name) require(from, "ConfigMap", value.configMap.name);
  if (value.secretRef && !value.secretRef.optional) require(from, "Secret", value.secretRef.name);
  if (value.secretKeyRef) require(from, "Secret", value.secretKeyRef.name);
  if (value.secret?.secretName) require(from, "Secret", value.secret.secretName);
  if (value.issuerRef) require(from, value.issuerRef.kind, value.issuerRef.name);
  if (value.persistentVolumeClaim?.claimName) {
    require(from, "PersistentVolumeClaim", value.persistentVolumeClaim.claimName);
  }
  if (value.scaleTargetRef) require(from, value.scaleTargetRef.kind, value.scaleTargetRef.name);
  if (value.backend?.service) {
    const { name, port } = value.backend.service;
    const service = named("Service", name);
    if (!service?.spec.ports.some((one) => one.name === port.name || one.port === port.number)) {
      problems.push(`${from} refers to port ${port.name ?? port.number} of Service ${name}, which is not there`);
    }
  }
  Object.values(value).forEach((part) => walk(from, part));
};
objects.forEach((object) => walk(nameOf(object), object));
ofKind("Ingress").forEach((ingress) =>
  (ingress.spec.tls ?? []).forEach(({ secretName }) => require(nameOf(ingress), "Secret", secretName)),
);

// Services and policies select pods that exist.
const pods = [...ofKind("Deployment"), ...ofKind("FlinkDeployment")].map(labelsOf);
ofKind("FoundationDBCluster").forEach(({ metadata }) => pods.push({ "foundationdb.org/fdb-cluster-name": metadata.name }));
const selects = (selector, labels) =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(({ key, values }) => values.includes(labels[key]));
const requirePods = (from, selector) => {
  const values = (selector?.matchExpressions ?? []).flatMap(({ key, values }) => values.map((value) => ({ matchLabels: { [key]: value } })));
  for (const one of values.length > 0 ? values : [selector]) {
    if (!pods.some((labels) => selects(one, labels))) problems.push(`${from} selects no pod: ${JSON.stringify(one)}`);
  }
};
ofKind("Service").forEach((service) => requirePods(nameOf(service), { matchLabels: service.spec.selector }));
for (const policy of ofKind("NetworkPolicy")) {
  requirePods(nameOf(policy), policy.spec.podSelector);
  for (const rule of policy.spec.ingress ?? []) {
    if (!rule.from?.length) problems.push(`${nameOf(policy)} lets everybody in`);
    (rule.from ?? [])
      .filter(({ podSelector, namespaceSelector }) => podSelector && !namespaceSelector)
      .forEach(({ podSelector }) => requirePods(nameOf(policy), podSelector));
  }
}
if (!ofKind("NetworkPolicy").some(({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.ingress)) {
  problems.push("no network policy closes what the others do not open");
}

// Kafka's clients speak what its listeners do.
for (const kafka of ofKind("Kafka")) {
  for (const listener of kafka.spec.kafka.listeners) {
    listener.networkPolicyPeers?.forEach(({ podSelector }) => requirePods(`listener ${listener.name}`, podSelector));
    if (!listener.networkPolicyPeers?.length) problems.push(`listener ${listener.name} lets everybody in`);
  }
  for (const client of [...ofKind("Deployment"), ...ofKind("FlinkDeployment")]) {
    const environment = environmentOf(client);
    const [host, port] = environment.get("ANNULUS_KAFKA_BOOTSTRAP_SERVERS")?.split(":") ?? [];
    const listener = kafka.spec.kafka.listeners.find((one) => String(one.port) === port);
    const protocol = environment.get("ANNULUS_KAFKA_CLIENT_SECURITY_PROTOCOL") ?? "PLAINTEXT";
    if (host !== `${kafka.metadata.name}-kafka-bootstrap` || !listener) {
      problems.push(`${nameOf(client)} looks for Kafka at ${host}:${port}, where it does not listen`);
    } else if ((protocol === "SSL") !== listener.tls) {
      problems.push(`${nameOf(client)} speaks ${protocol} with the listener ${listener.name}`);
    } else if (listener.authentication?.type === "tls" && !environment.has("ANNULUS_KAFKA_CLIENT_SSL_KEYSTORE_LOCATION")) {
      problems.push(`${nameOf(client)} has no certificate for the listener ${listener.name}`);
    }
  }
}

// A JVM needs room beside its heap: code, threads, direct buffers.
const bytes = (text) => {
  const [, number, unit] = /^(\d+)([kmg]?)i?b?$/i.exec(text) ?? [];
  return Number(number) * 1024 ** " kmg".indexOf((unit ?? "").toLowerCase() || " ");
};
for (const deployment of ofKind("Deployment")) {
  for (const container of podsOf(deployment).containers) {
    const heap = /-Xmx(\w+)/.exec(container.env?.find(({ name }) => name === "ANNULUS_JAVA_OPTS")?.value ?? "")?.[1];
    const limit = container.resources?.limits?.memory;
    if (!heap || !limit) {
      problems.push(`${nameOf(deployment)}: container ${container.name} has no -Xmx or no memory limit`);
    } else if (bytes(limit) < bytes(heap) * 1.25 + 384 * 1024 ** 2) {
      problems.push(`${nameOf(deployment)}: ${limit} are too little for a heap of ${heap}`);
    }
  }
}

// Whoever serves TLS is asked over TLS.
for (const deployment of ofKind("Deployment")) {
  const tls = environmentOf(deployment).has("ANNULUS_HTTP_TLS_CERTIFICATE");
  for (const container of podsOf(deployment).containers) {
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      if ((container[probe]?.httpGet.scheme === "HTTPS") !== tls) {
        problems.push(`${nameOf(deployment)}: ${probe} does not ask as the container listens`);
      }
    }
  }
}

if (objects.length === 0) problems.push("no manifests were given");
problems.forEach((problem) => console.error(problem));
console.log(`${objects.length} objects, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
