import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../bin/annulus', import.meta.url));
/** A busy machine may need long for what is usually there at once. */
const PATIENT = ['--set', 'query.timeout=2m', '--set', 'start-timeout=5m'];
const START_MILLIS = 300_000;
const STOP_MILLIS = 30_000;

/** A real standalone process with an empty store of its own, on free ports. */
export interface Server {
  /** Where its API is, without a slash at the end. */
  url: string;
  stop: () => Promise<void>;
}

export async function startServer(...options: string[]): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'annulus-e2e-'));
  const args = [
    'standalone',
    '--port',
    '0',
    '--kafka-port',
    '0',
    '--data-dir',
    directory,
    ...PATIENT,
  ];
  const child = spawn(COMMAND, [...args, ...options], {
    env: { ...othersOf(process.env), ANNULUS_JAVA_OPTS: '-Xmx1g' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await ended(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    return { url: await announcedUrl(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Without settings meant for these tests or another server. */
function othersOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ANNULUS_')));
}

/** The address in the banner, which is printed once everything is ready. */
function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`not ready in time:\n${output}`)),
      START_MILLIS,
    );
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /^\s*API\s+(http\S+)/m.exec(output)?.[1];
      if (url && output.includes('Stop with')) {
        clearTimeout(timer);
        resolve(url);
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

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
