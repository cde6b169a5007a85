// Checks manifests from stdin: Kubernetes' own kinds against their published schemas, the operators'
// kinds for the fields without which they do nothing, and all of them for references that hang.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const OPERATORS = {
  "kafka.strimzi.io/v1beta2/Kafka": ["spec.kafka.version", "spec.kafka.listeners", "spec.entityOperator"],
  "kafka.strimzi.io/v1beta2/KafkaNodePool": ["spec.replicas", "spec.roles", "spec.storage.type"],
  "kafka.strimzi.io/v1beta2/KafkaTopic": ["spec.partitions", "spec.replicas"],
  "apps.foundationdb.org/v1beta2/FoundationDBCluster": ["spec.version", "spec.databaseConfiguration"],
  "flink.apache.org/v1beta1/FlinkDeployment": ["spec.image", "spec.flinkVersion", "spec.job.jarURI"],
};

const problems = [];
const objects = parseAllDocuments(readFileSync(0, "utf8")).map((document) => {
  document.errors.forEach((error) => problems.push(String(error)));
  return document.toJS();
});

const nameOf = (object) => `${object.kind} ${object.metadata?.name}`;
const at = (object, path) => path.split(".").reduce((value, key) => value?.[key], object);

for (const object of objects) {
  const required = OPERATORS[`${object.apiVersion}/${object.kind}`];
  if (required) {
    required
      .filter((path) => at(object, path) === undefined)
      .forEach((path) => problems.push(`${nameOf(object)}: ${path} is missing`));
    continue;
  }
  try {
    const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}/${object.kind}`);
    new Model(object).validate();
  } catch (error) {
    problems.push(`${nameOf(object)} (${object.apiVersion}): ${error.message}`);
  }
}

// Made by the operators when they see their objects, or given by whoever deploys.
const foreign = new Set(["ConfigMap annulus-config"]);
const known = new Set(objects.map(nameOf));
const check = (from, kind, name) => {
  if (!known.has(`${kind} ${name}`) && !foreign.has(`${kind} ${name}`)) {
    problems.push(`${from} refers to ${kind} ${name}, which is not there`);
  }
};
const walk = (from, value) => {
  if (value === null || typeof value !== "object") return;
  if (value.configMapRef && !value.configMapRef.optional) check(from, "ConfigMap", value.configMapRef.name);
  if (value.configMap?.name) check(from, "ConfigMap", value.configMap.name);
  if (value.persistentVolumeClaim?.claimName) {
    check(from, "PersistentVolumeClaim", value.persistentVolumeClaim.claimName);
  }
  if (value.scaleTargetRef) check(from, value.scaleTargetRef.kind, value.scaleTargetRef.name);
  if (value.backend?.service) check(from, "Service", value.backend.service.name);
  Object.values(value).forEach((part) => walk(from, part));
};
objects.forEach((object) => walk(nameOf(object), object));

if (objects.length === 0) problems.push("no manifests were given");
problems.forEach((problem) => console.error(problem));
console.log(`${objects.length} objects, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
