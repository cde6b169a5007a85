/**
 * The data that all tests look at, as the host figures of a small fleet up to a fixed moment.
 * Every value is a formula, so that a test can compute what it expects.
 */

/** The tests' "now": 2026-01-15 12:00:00 UTC. */
export const NOW = Date.UTC(2026, 0, 15, 12) / 1000;

interface Sample {
  name: string;
  ts: number;
  value?: number;
  raw_value?: number;
  tags: Record<string, string>;
  step: number;
  slots: number;
}

const BATCH = 20_000;
const HOUR = 3600;
const HOSTS = [
  { host: 'web-1', dc: 'eu' },
  { host: 'web-2', dc: 'eu' },
  { host: 'db-1', dc: 'us' },
] as const;

/** How many series have a name of their own, for the search. */
export const NAMES = 10_000;

export function cpu(host: number, ts: number): number {
  const spike = host === 1 && ts >= NOW - 1800 && ts < NOW - 1500 ? 35 : 0;
  return 30 + 10 * host + 8 * Math.sin(ts / 600 + host) + spike;
}

/** Bytes sent so far: a steady 1000 × (host + 1) a second, and web-1 restarts half an hour ago. */
export function sent(host: number, ts: number): number {
  const since = host === 0 && ts >= NOW - 1800 ? NOW - 1800 : NOW - 2 * HOUR;
  return (ts - since) * 1000 * (host + 1);
}

/** Of `truth_gauge`: when host a has no samples. */
export const HOLE = { from: NOW - 1800, to: NOW - 1200 };
/** Of `truth_total`: when it was not read, and when it started again from 7. */
export const UNREAD = { from: NOW - 900, to: NOW - 600 };
export const RESTART = NOW - 1500;

/** Every 15 s in a ring of one second: 100 a second, but for a restart and five minutes unread. */
export function truthTotals(): { ts: number; value: number }[] {
  const totals: { ts: number; value: number }[] = [];
  for (let ts = NOW - 3 * HOUR; ts <= NOW; ts += 15) {
    if (ts <= UNREAD.from || ts >= UNREAD.to) {
      totals.push({
        ts,
        value: ts < RESTART ? 1e6 + 100 * (ts - NOW + 3 * HOUR) : 7 + 100 * (ts - RESTART),
      });
    }
  }
  return totals;
}

/** A second's requests by duration: one up to 0.1 s, three up to 0.5, four up to 1. */
const HISTOGRAM = { '0.1': 1, '0.5': 3, '1': 4, '+Inf': 4 };

function histogram(): Sample[] {
  return Object.entries(HISTOGRAM).flatMap(([le, perSecond]) =>
    series('latency_seconds_bucket', HOUR, 10, 1440, { le }, (ts) => (ts - NOW + HOUR) * perSecond),
  );
}

/** A histogram whose middle comes and goes, with a slow spell; for pictures. */
function waves(): Sample[] {
  const bounds = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, Number.POSITIVE_INFINITY];
  return bounds.flatMap((bound) => {
    let value = 0;
    return Array.from({ length: 360 }, (_, i) => {
      const ts = NOW - HOUR + (i + 1) * 10;
      const isSlow = ts >= NOW - 1800 && ts < NOW - 1500;
      const middle = Math.log(0.05) + 0.8 * Math.sin(ts / 600) + (isSlow ? 1.4 : 0);
      value += Math.round(400 / (1 + Math.exp((middle - Math.log(bound)) / 0.4)));
      const le = Number.isFinite(bound) ? String(bound) : '+Inf';
      return { name: 'request_seconds_bucket', ts, value, tags: { le }, step: 10, slots: 1440 };
    });
  });
}

/** Two hosts, each 10 s at times of its own, in rings of one second. */
function truthGauges(): Sample[] {
  const one = (host: string, offset: number, value: number) =>
    Array.from({ length: 360 }, (_, i) => ({
      name: 'truth_gauge',
      ts: NOW - HOUR + i * 10 + offset,
      value,
      tags: { host },
      step: 1,
      slots: 7200,
    }));
  return [
    ...one('a', 0, 10).filter(({ ts }) => ts < HOLE.from || ts >= HOLE.to),
    ...one('b', 5, 90),
  ];
}

/** Of `mixed_gauge`: seconds between samples, and the one value, of each host. */
export const MIXED = { a: [10, 10], b: [17, 20], c: [60, 40] } as const;
/** When host c ends. */
export const MIXED_END = NOW - 600;

function mixedGauges(): Sample[] {
  return Object.entries(MIXED).flatMap(([host, [seconds, value]]) =>
    series('mixed_gauge', HOUR, seconds, 7200, { host }, () => value)
      .filter(({ ts }) => host !== 'c' || ts <= MIXED_END)
      .map((sample) => ({ ...sample, ts: sample.ts - (host === 'b' ? 5 : 0), step: 1 })),
  );
}

export async function seed(api: string): Promise<void> {
  const gauges = [
    ...fleet('cpu_percent', 6 * HOUR, 10, 8640, cpu),
    ...fleet('mem_used_percent', 6 * HOUR, 60, 1440, (host) => 40 + 5 * host),
    ...fleet('disk_used_percent', 6 * HOUR, 60, 1440, (host) => 61 + host),
    ...series('formula_a', HOUR, 60, 1440, {}, (ts) => (ts - NOW) / 60 + 100),
    ...series('formula_b', HOUR, 60, 1440, {}, () => 7).filter(({ ts }) => ts !== NOW - 600),
    ...series('gappy', HOUR, 60, 1440, {}, () => 5).filter(({ ts }) => isKept(ts)),
    ...series('short_ring', HOUR, 10, 360, {}, (ts) => ts % 7),
    ...series('full_ring', HOUR, 10, 360, {}, (ts) => ts % 7),
    ...dst(),
    ...truthGauges(),
    ...series('release', 2 * HOUR, 60, 1440, { app: 'shop' }, (ts) => (ts < NOW - 1200 ? 41 : 42)),
    ...series('zeros', HOUR, 60, 1440, {}, () => 0),
    ...series('billions', HOUR, 60, 1440, {}, () => 1_000_000_004),
    ...series('tiny', HOUR, 60, 1440, {}, (ts) => 1e-12 * (1 + (ts % 600) / 6000)),
    ...series('vast', HOUR, 60, 1440, {}, (ts) => 1.7e308 - (ts % 600) * 1e303),
    ...series('deep', HOUR, 60, 1440, {}, (ts) => -1.7e308 + (ts % 600) * 1e303),
    ...mixedGauges(),
    ...series('late', HOUR, 60, 1440, {}, () => 3).filter(({ ts }) => ts <= NOW - 600),
    ...Array.from({ length: 100 }, (_, i) => label(i)).flatMap((item) =>
      series('crowd', HOUR, 60, 1440, { item }, (ts) => Number(item) + Math.sin(ts / 300)),
    ),
    ...Array.from({ length: 30 }, (_, i) => label(i)).flatMap((item) =>
      series('perf', 24 * HOUR, 60, 1440, { item }, (ts) => Number(item) + Math.sin(ts / 900)),
    ),
    ...series('big', 100_000, 1, 100_000, {}, (ts) => ts % 1000),
    ...Array.from({ length: NAMES }, (_, i) => ({
      name: `service_${String(i).padStart(5, '0')}_latency_seconds`,
      ts: NOW - 60,
      value: i,
      tags: { team: `team-${i % 7}` },
      step: 60,
      slots: 60,
    })),
  ];
  const counters = [
    ...fleet('net_bytes_sent', 2 * HOUR, 10, 1440, sent),
    ...histogram(),
    ...waves(),
    ...truthTotals().map((total) => ({
      ...total,
      name: 'truth_total',
      tags: {},
      step: 1,
      slots: 14_400,
    })),
  ].map(({ value, ...rest }) => ({ ...rest, raw_value: value }));
  const tokens = [
    await send(api, 'ingest/gauge', gauges),
    await send(api, 'ingest/counter', counters),
  ];
  for (const token of tokens) {
    await visible(api, token);
  }
}

/** One series, minutely through the last hour. */
export async function seedOne(api: string, name: string): Promise<void> {
  const samples = series(name, HOUR, 60, 1440, {}, (ts) => Math.sin(ts / 600));
  await visible(api, await send(api, 'ingest/gauge', samples));
}

function fleet(
  name: string,
  seconds: number,
  step: number,
  slots: number,
  value: (host: number, ts: number) => number,
): Sample[] {
  return HOSTS.flatMap((tags, host) =>
    series(name, seconds, step, slots, { ...tags }, (ts) => value(host, ts)),
  );
}

/** Samples of the last seconds up to now, both ends included. */
function series(
  name: string,
  seconds: number,
  step: number,
  slots: number,
  tags: Record<string, string>,
  value: (ts: number) => number,
): Sample[] {
  return Array.from({ length: Math.floor(seconds / step) }, (_, i) => {
    const ts = NOW - i * step;
    return { name, ts, value: value(ts), tags, step, slots };
  });
}

/** Two stretches with a gap between, and one sample alone in it. */
function isKept(ts: number): boolean {
  const age = NOW - ts;
  return age < 1200 || age >= 2400 || age === 1800;
}

/** The first of those samples. */
export const NIGHT = Date.UTC(2025, 2, 29, 20) / 1000;

/** Hourly through the night in which Berlin's clocks go forward, 2025-03-30. */
function dst(): Sample[] {
  return Array.from({ length: 12 }, (_, i) => ({
    name: 'night',
    ts: NIGHT + i * HOUR,
    value: i,
    tags: {},
    step: HOUR,
    slots: 24,
  }));
}

function label(i: number): string {
  return String(i).padStart(3, '0');
}

async function send(api: string, path: string, samples: readonly object[]): Promise<string> {
  let token = '';
  for (let i = 0; i < samples.length; i += BATCH) {
    const response = await fetch(`${api}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(samples.slice(i, i + BATCH)),
    });
    if (!response.ok) {
      throw new Error(`seeding failed: ${response.status} ${await response.text()}`);
    }
    token = ((await response.json()) as { token: string }).token;
  }
  return token;
}

async function visible(api: string, token: string): Promise<void> {
  const response = await fetch(`${api}/metrics?limit=1&after=${encodeURIComponent(token)}`);
  if (!response.ok) {
    throw new Error(`the seed does not become visible: ${await response.text()}`);
  }
}
