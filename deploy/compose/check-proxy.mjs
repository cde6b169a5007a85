// Runs the shipped nginx.conf, with nothing replaced but addresses and ports, in front of real
// processes with the heap sizes of docker-compose.yml, and asks as clients do: each protocol, the
// paths of the API's own description, and a browser.
//
//   CHROMIUM=/usr/bin/chromium node deploy/compose/check-proxy.mjs
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { chromium } = createRequire(join(ROOT, "ui/package.json"))("@playwright/test");
const { parse } = createRequire(join(ROOT, "deploy/kubernetes/validate/package.json"))("yaml");
const compose = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), { merge: true });
const directory = mkdtempSync(join(tmpdir(), "annulus-proxy-"));
const children = [];
const NOW = Math.floor(Date.now() / 1000) - 60;

const step = (text) => console.log(`  ${text}`);
const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
const eventually = async (what, attempt, millis = 180_000) => {
  const end = Date.now() + millis;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: ${error.message}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};

function start(name, command, args, env = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("ANNULUS_")));
  // A file: nginx opens its standard error by name, which a socket does not allow.
  const log = join(directory, `${name}.log`);
  const file = openSync(log, "a");
  const child = spawn(command, args, { env: { ...clean, ...env }, stdio: ["ignore", file, file] });
  children.push(child);
  const output = () => readFileSync(log, "utf8").slice(-20_000);
  return {
    running: () =>
      eventually(`${name} runs`, async () => {
        assert.equal(child.exitCode, null, `${name} ended:\n${output()}`);
        assert.match(output(), /is running/);
      }),
    output,
  };
}

const annulus = join(ROOT, "bin/annulus");
const heapOf = (service) => compose.services[service]?.environment?.ANNULUS_JAVA_OPTS ?? "-Xmx512m";

async function startAll() {
  const created = spawnSync(annulus, ["token", "create", "check", "--scope", "ingest,query,admin"], { encoding: "utf8" });
  assert.equal(created.status, 0, created.stderr);
  const token = /^ {2}(\S+)$/m.exec(created.stderr)[1];
  const tokens = join(directory, "tokens");
  writeFileSync(tokens, created.stdout);
  const access = { ANNULUS_AUTH_TOKENS_FILE: tokens, ANNULUS_AUTH_SESSION_KEY: "k".repeat(40) };
  const [kafka, store, gateway, query, listen, ...rest] = await Promise.all(Array.from({ length: 8 }, freePort));
  const at = (port) => `127.0.0.1:${port}`;
  const processes = [
    start("broker", annulus, ["broker", "--kafka-port", kafka, "--port", rest[0], "--data-dir", join(directory, "broker")], { ANNULUS_JAVA_OPTS: "-Xmx512m" }),
    start("store", annulus, ["store", "--store-port", store, "--port", rest[1], "--data-dir", join(directory, "store")], { ANNULUS_JAVA_OPTS: "-Xmx384m" }),
  ];
  await Promise.all(processes.map((one) => one.running()));
  const others = [
    start("sink", annulus, ["sink", "--port", rest[2], "--kafka-bootstrap", at(kafka), "--store-address", at(store)], { ANNULUS_JAVA_OPTS: "-Xmx512m" }),
    start("gateway", annulus, ["gateway", "--port", gateway, "--kafka-bootstrap", at(kafka)], { ...access, ANNULUS_JAVA_OPTS: heapOf("gateway") }),
    start("query", annulus, ["query", "--port", query, "--kafka-bootstrap", at(kafka), "--store-address", at(store)], { ...access, ANNULUS_JAVA_OPTS: heapOf("query") }),
  ];
  await Promise.all(others.map((one) => one.running()));

  const shipped = readFileSync(join(ROOT, "deploy/compose/nginx.conf"), "utf8");
  const replaced = [
    [`http://gateway:8001`, `http://${at(gateway)}`],
    [`http://query:8002`, `http://${at(query)}`],
    [`listen 8000`, `listen ${at(listen)}`],
    [`pid /tmp/nginx.pid`, `pid ${join(directory, "nginx.pid")}`],
  ].reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `nginx.conf has no ${from}`);
    return text.replaceAll(from, to);
  }, shipped);
  const file = join(directory, "nginx.conf");
  writeFileSync(file, replaced);
  const nginx = start("nginx", "nginx", ["-c", file, "-g", "daemon off;"]);
  const origin = `http://${at(listen)}`;
  await eventually("nginx answers", async () => {
    const answer = await fetch(`${origin}/livez`).catch((error) => {
      throw new Error(`${error.message}\n${nginx.output()}`);
    });
    assert.equal(answer.status, 200, nginx.output());
  });
  return { origin, gateway: `http://${at(gateway)}`, query: `http://${at(query)}`, token };
}

/** A block of Snappy without any compression. */
function snappy(bytes) {
  const parts = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    parts.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  const literal = bytes.length - 1;
  assert.ok(literal < 60, "longer literals have another tag");
  return Buffer.concat([Buffer.from([...parts, literal << 2]), bytes]);
}

function remoteWrite(name, value, millis) {
  const field = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const varint = (number) => {
    const bytes = [];
    for (let rest = BigInt(number); ; rest >>= 7n) {
      bytes.push(Number(rest > 127n ? (rest & 127n) | 128n : rest));
      if (rest <= 127n) return Buffer.from(bytes);
    }
  };
  const label = Buffer.concat([field(1, Buffer.from("__name__")), field(2, Buffer.from(name))]);
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  const sample = Buffer.concat([Buffer.from([9]), double, Buffer.from([16]), varint(millis)]);
  return snappy(field(1, Buffer.concat([field(1, label), field(2, sample)])));
}

const JSON_TYPE = { "Content-Type": "application/json" };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

/** What each protocol's client sends, and the metric that has to come of it. */
const WRITES = [
  { path: "/ingest/gauge", headers: JSON_TYPE, body: JSON.stringify({ name: "by_json", ts: NOW, value: 1 }), metric: "by_json" },
  { path: "/ingest/counter", headers: JSON_TYPE, body: JSON.stringify({ name: "by_counter", ts: NOW, raw_value: 1 }), metric: "by_counter" },
  { path: "/write?db=any&precision=s", body: `by_line v=1 ${NOW}`, metric: "by_line" },
  { path: "/api/v2/write?bucket=any&precision=s", body: `by_line2 v=1 ${NOW}`, metric: "by_line2" },
  {
    path: "/api/v1/write",
    headers: { "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", "X-Prometheus-Remote-Write-Version": "0.1.0" },
    body: remoteWrite("by_remote", 1, NOW * 1000),
    metric: "by_remote",
  },
  {
    path: "/v1/metrics",
    headers: JSON_TYPE,
    body: JSON.stringify({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "by_otlp", gauge: { dataPoints: [{ timeUnixNano: `${NOW}000000000`, asDouble: 1 }] } }] }] }],
    }),
    metric: "by_otlp",
  },
  {
    path: "/collectd-post",
    headers: JSON_TYPE,
    body: JSON.stringify([
      { values: [1], dstypes: ["gauge"], dsnames: ["value"], time: NOW, interval: 10, host: "h", plugin: "by_collectd", plugin_instance: "", type: "gauge", type_instance: "" },
    ]),
    metric: "by_collectd",
  },
];

const READS = [
  { path: "/ping", status: 204 },
  { path: "/health", status: 200, contains: "pass" },
  { path: "/ready", status: 200, contains: "ready" },
  { path: "/livez", status: 200 },
  { path: "/api/v1/query?query=1%2B1", status: 200, contains: '"scalar"' },
  { path: "/api/v1/label/__name__/values", status: 200, contains: '"success"' },
  { path: "/readyz", status: 200 },
  { path: "/ui/", status: 200, contains: "<title>" },
  { path: "/openapi.json", status: 200, contains: "openapi" },
  { path: "/ingest/rejected", status: 200 },
  { path: "/-/metrics", status: 404 },
  { method: "POST", path: "/query?q=CREATE%20DATABASE%20telegraf", status: 200, contains: "statement_id" },
  { method: "POST", path: "/query", headers: FORM, body: "q=CREATE+DATABASE+telegraf", status: 200, contains: "statement_id" },
  { method: "GET", path: "/query?q=SHOW%20DATABASES", status: 200, contains: "databases" },
  // As curl sends JSON unless it is told what it is.
  { method: "POST", path: "/query", headers: FORM, body: '{"sql":"SELECT 1 AS one"}', status: 200, contains: "one" },
  { method: "POST", path: "/query", headers: JSON_TYPE, body: '{"sql":"SELECT 1 AS one"}', status: 200, contains: "one" },
];

async function checkClients({ origin, token }) {
  const ask = (path, { method = "GET", headers = {}, body } = {}) =>
    fetch(origin + path, { method, headers: { Authorization: `Bearer ${token}`, ...headers }, body });
  for (const { path, ...request } of WRITES) {
    const answer = await ask(path, { method: "POST", ...request });
    assert.ok(answer.ok, `POST ${path}: ${answer.status} ${await answer.text()}`);
  }
  for (const { path, status, contains, ...request } of READS) {
    const answer = await ask(path, request);
    const text = await answer.text();
    assert.equal(answer.status, status, `${request.method ?? "GET"} ${path}: ${answer.status} ${text}`);
    if (contains) assert.ok(text.includes(contains), `${path}: ${text}`);
  }
  await eventually("every sample is stored", async () => {
    const { names } = await (await ask("/metrics/names")).json();
    const found = JSON.stringify(names);
    for (const { metric } of WRITES) assert.ok(found.includes(metric), `${metric} is not in ${found}`);
  });
  step(`${WRITES.length} protocols write through it, ${READS.length} other requests are answered`);
}

/** Every path of the description goes to the service that knows it. */
async function checkPaths({ origin, gateway, query, token }) {
  const { paths } = await (await fetch(`${origin}/openapi.json`)).json();
  let checked = 0;
  for (const [template, operations] of Object.entries(paths)) {
    for (const method of Object.keys(operations).filter((key) => /^(get|post|put|delete)$/.test(key))) {
      const path = template.replaceAll(/\{[^}]*\}/g, "none");
      const ask = async (base) => {
        // Nothing a route would do something for.
        const answer = await fetch(base + path, {
          method: method.toUpperCase(),
          redirect: "manual",
          headers: { Authorization: `Bearer ${token}`, ...JSON_TYPE },
          ...(method === "get" || method === "delete" ? {} : { body: "[" }),
        });
        const text = await answer.text();
        const unknown = answer.status === 404 && text.includes(`There is nothing at ${path}.`);
        return { status: answer.status, unknown, text: text.slice(0, 300) };
      };
      if (method === "delete" || template.startsWith("/session")) continue;
      const [byGateway, byQuery, byProxy] = await Promise.all([ask(gateway), ask(query), ask(origin)]);
      if (template.startsWith("/-/")) {
        assert.equal(byProxy.status, 404, `${template} is served to everybody`);
        continue;
      }
      const answers = [byGateway, byQuery].filter((one) => !one.unknown).map((one) => one.status);
      assert.ok(
        answers.includes(byProxy.status) && !byProxy.unknown,
        `${method} ${template}: gateway ${byGateway.status}, query ${byQuery.status}, through the proxy ${byProxy.status} ${byProxy.text}`,
      );
      checked++;
    }
  }
  assert.ok(checked > 15, `only ${checked} operations`);
  step(`${checked} operations of the API's description are answered as by their service`);
}

/** A page of this origin may change things; the host's port is part of its name. */
async function checkBrowser({ origin, token }) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage();
    const refused = [];
    page.on("response", (response) => {
      if (response.status() >= 400) refused.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
    });
    await page.goto(`${origin}/livez`);
    const post = (path, body, headers = {}) =>
      page.evaluate(
        async ([to, text, more]) => {
          const answer = await fetch(to, {
            method: "POST",
            headers: { "Content-Type": "application/json", ...more },
            body: text,
          });
          return answer.status;
        },
        [path, JSON.stringify(body), headers],
      );
    assert.equal(await post("/session", { token }), 200, "signing in");
    await page.goto(`${origin}/ui/`);
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    assert.equal(await post("/query", { sql: "SELECT 1 AS one" }), 200, "a query");
    // The gateway cannot know who has signed out, so it takes tokens only.
    const bearer = { Authorization: `Bearer ${token}` };
    const sample = { name: "by_page", ts: NOW, value: 1 };
    assert.equal(await post("/ingest/gauge", sample), 401, "a sample with a cookie");
    assert.equal(await post("/ingest/gauge", sample, bearer), 200, "a sample");
    assert.equal(await post("/demo/load", {}, bearer), 200, "sample data");
    const saved = await post("/dashboards", { slug: "by-page", title: "By page", config: { version: 1, panels: [] } });
    assert.notEqual(saved, 403, "a dashboard");
    assert.notEqual(saved, 404, "a dashboard");
    await page.goto(`${origin}/ui/metrics`);
    await page.getByText("by_json").first().waitFor({ timeout: 60_000 });
    assert.deepEqual(
      refused.filter((one) => / 40[13]$/.test(one)).map((one) => one.replace(origin, "")),
      ["POST /ingest/gauge: 401"],
    );
    // A page of another origin may not.
    const foreign = await fetch(`${origin}/dashboards`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, Origin: "http://elsewhere.example", ...JSON_TYPE },
      body: "{}",
    });
    assert.equal(foreign.status, 403, "another origin");
    step("a browser signs in, posts to both services and shows what was written");
  } finally {
    await browser.close();
  }
}

let failed = false;
try {
  const running = await startAll();
  step("nginx.conf runs in front of gateway, query service, sink, store and broker");
  await checkClients(running);
  await checkPaths(running);
  await checkBrowser(running);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(
    children.map(
      (child) =>
        new Promise((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) return resolve();
          const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
          child.once("exit", () => {
            clearTimeout(timer);
            resolve();
          });
        }),
    ),
  );
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
