// What operators take, read from the Java classes they publish: which kinds of which API version,
// and which fields. Their jars are those of operators.txt.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const run = (command, args) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });

/** Classes by name: what they extend, what they can be asked for, their constants. */
function classesOf(jar) {
  const names = run("jar", ["tf", jar])
    .split("\n")
    .filter((file) => /\/(model|api)\/.*\.class$/.test(file) && !/Builder|Fluent/.test(file))
    .map((file) => file.slice(0, -6).replaceAll("/", "."));
  const classes = new Map();
  for (let i = 0; i < names.length; i += 200) {
    let current = null;
    for (const line of run("javap", ["-constants", "-cp", jar, ...names.slice(i, i + 200)]).split("\n")) {
      const header = /^public (?:abstract |final |static )*(?:class|interface|enum) ([\w.$]+)(?:<[^{]*?>)?(?: extends ([\w.$]+)(?:<([^{]*?)>)?)?(?: implements [^{]*)? \{/.exec(line);
      const getter = /^ {2}public (?:final )?(?:abstract )?([\w.$]+(?:<.*>)?) (?:get|is)([A-Z]\w*)\(\);/.exec(line);
      const constant = /static final java\.lang\.String (\w+) = "(.*)";/.exec(line);
      if (header) {
        current = { name: header[1], parent: header[2], argument: header[3]?.split(",")[0], getters: new Map(), constants: new Map() };
        classes.set(current.name, current);
      } else if (getter && current && getter[1] !== "java.lang.Object") {
        const field = getter[2][0].toLowerCase() + getter[2].slice(1);
        if (!current.getters.has(field)) current.getters.set(field, getter[1]);
      } else if (constant && current) {
        current.constants.set(constant[1], constant[2]);
      }
    }
  }
  return classes;
}

export function operators(directory) {
  const kinds = new Map();
  for (const jar of readdirSync(directory).filter((file) => file.endsWith(".jar"))) {
    const path = join(directory, jar);
    const classes = classesOf(path);
    const shared = [...classes.values()].find((one) => one.name.endsWith(".CrdConstants"))?.constants;
    for (const one of classes.values()) {
      const spec = one.getters.get("spec") ?? one.argument;
      const group = one.constants.get("RESOURCE_GROUP") ?? shared?.get("API_GROUP");
      if (!group || !spec || !classes.has(spec) || /Status|List$/.test(one.name)) continue;
      // Strimzi's lists its versions when the class is loaded.
      const versions = shared?.get("API_VERSION")
        ? [shared.get("API_VERSION")]
        : [...run("javap", ["-c", "-cp", path, one.name]).matchAll(/String (v\d+\w*)$/gm)].map((match) => match[1]);
      kinds.set(`${group}/${one.name.split(".").at(-1)}`, { versions, spec, classes, jar, path });
    }
  }
  return kinds;
}

/** Fields as an annotation names them: some are read by a method of another name. */
function annotated(path, name) {
  const text = run("javap", ["-v", "-cp", path, name]);
  const order = /JsonPropertyOrder\(\s*value=\[([^\]]*)\]/.exec(text)?.[1] ?? "";
  return [...order.matchAll(/"(\w+)"/g)].map((match) => match[1]);
}

/** Says what is wrong with an object of a kind. */
export function check(object, { versions, spec, classes, jar, path: archive }) {
  const version = object.apiVersion.split("/")[1];
  const problems = [];
  if (!versions.includes(version)) problems.push(`${jar} knows ${versions.join(", ")}, not ${version}`);
  const fields = (name) => {
    const own = classes.get(name);
    if (!own) return [];
    return [...own.getters, ...fields(own.parent)];
  };
  const below = (name) =>
    [...classes.values()].filter(({ parent }) => parent === name).flatMap((one) => [one.name, ...below(one.name)]);
  const walk = (value, type, path) => {
    const list = /^java\.util\.List<(.*)>$/.exec(type);
    if (list && Array.isArray(value)) {
      value.forEach((one, index) => walk(one, list[1], `${path}[${index}]`));
    } else if (classes.has(type) && value !== null && typeof value === "object") {
      const known = new Map([type, ...below(type)].flatMap(fields));
      if (known.size === 0) return;
      for (const [key, part] of Object.entries(value)) {
        if (known.has(key)) walk(part, known.get(key), `${path}.${key}`);
        else if (!annotated(archive, type).includes(key)) problems.push(`${path}.${key} is not a field that ${jar} knows`);
      }
    }
  };
  walk(object.spec, spec, "spec");
  return problems;
}
