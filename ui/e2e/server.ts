import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../bin/annulus', import.meta.url));
/** A busy machine may need long for what is usually there at once. */
const PATIENT = ['--set', 'start-timeout=5m'];
const START_MILLIS = 300_000;
const STOP_MILLIS = 30_000;

/** A real standalone process with an empty store of its own, on free ports. */
export interface Server {
  /** Where its API is, without a slash at the end. */
  url: string;
  /** Ends it at once, as a power cut does; its data stays. */
  kill: () => Promise<void>;
  /** Starts it on the same data and port again. */
  restart: () => Promise<void>;
  /** Ends it and removes its data. */
  stop: () => Promise<void>;
}

export async function startServer(...options: string[]): Promise<Server> {
  const directory = newDirectory();
  const start = (port: string) =>
    startProcess(
      [
        ...['standalone', '--port', port, '--kafka-port', '0', '--data-dir', directory],
        ...['--set', 'query.timeout=2m', ...PATIENT, ...options],
      ],
      /^\s*API\s+(http\S+).*Stop with/ms,
    );
  try {
    let process = await start('0');
    const url = process.address;
    return {
      url,
      kill: () => process.end('SIGKILL'),
      restart: async () => {
        process = await start(new URL(url).port);
      },
      stop: async () => {
        await process.end('SIGTERM');
        removeDirectory(directory);
      },
    };
  } catch (error) {
    removeDirectory(directory);
    throw error;
  }
}

/** A standalone process that may still be starting. */
export interface StartingServer {
  url: string;
  stop: () => Promise<void>;
}

/** Returns once it listens, long before it is ready. */
export async function beginServer(): Promise<StartingServer> {
  const directory = newDirectory();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['--port', String(port), '--kafka-port', '0', '--data-dir', directory];
  const child = spawnCommand(['standalone', ...args, ...PATIENT]);
  const stop = async () => {
    await ended(child, 'SIGTERM');
    removeDirectory(directory);
  };
  const answers = () =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null) {
      removeDirectory(directory);
      throw new Error(`annulus ended with ${child.exitCode}`);
    }
  }
  return { url, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** A query service whose store is a process of its own, which can be away. */
export interface SplitServer {
  url: string;
  killStore: () => Promise<void>;
  restartStore: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startSplitServer(): Promise<SplitServer> {
  const directory = newDirectory();
  const startStore = (port: string) =>
    startProcess(
      ['store', '--port', '0', '--store-port', port, '--data-dir', directory],
      /is running: (\S+),/,
    );
  let store = await startStore('0');
  const { address } = store;
  const stop = async (query?: Process) => {
    await query?.end('SIGTERM');
    await store.end('SIGTERM');
    removeDirectory(directory);
  };
  try {
    const query = await startProcess(
      ['query', '--port', '0', '--store-address', address, ...PATIENT],
      /is running: (\S+)/,
    );
    return {
      url: query.address,
      killStore: () => store.end('SIGKILL'),
      restartStore: async () => {
        store = await startStore(address.split(':')[1] ?? '');
      },
      stop: () => stop(query),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Process {
  /** What the announcement names. */
  address: string;
  end: (signal: NodeJS.Signals) => Promise<void>;
}

/** @param announcement what it prints once everything is ready, with the address as its group */
async function startProcess(args: string[], announcement: RegExp): Promise<Process> {
  const child = spawnCommand(args);
  const end = (signal: NodeJS.Signals) => ended(child, signal);
  try {
    return { address: await announced(child, announcement), end };
  } catch (error) {
    await end('SIGTERM');
    throw error;
  }
}

function spawnCommand(args: readonly string[]): ChildProcess {
  const child = spawn(COMMAND, args, {
    env: { ...othersOf(process.env), ANNULUS_JAVA_OPTS: '-Xmx1g' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

/** Without settings meant for these tests or another server. */
function othersOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ANNULUS_')));
}

function announced(child: ChildProcess, announcement: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`not ready in time:\n${output}`)),
      START_MILLIS,
    );
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = announcement.exec(output)?.[1];
      if (address) {
        clearTimeout(timer);
        resolve(address);
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`annulus ended with ${code}:\n${output}`));
    });
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(signal);
  });
}

function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'annulus-e2e-'));
}

function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
