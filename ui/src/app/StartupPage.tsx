import { Loader } from '@mantine/core';
import type { Readiness } from '../api/operations';
import { Logo } from './Logo';
import classes from './StartupPage.module.css';

/** Shown instead of a broken page until the server can answer. */
export function StartupPage({ readiness }: { readiness: Readiness | undefined }) {
  const checks = readiness && readiness.state !== 'unreachable' ? readiness.checks : [];
  const done = checks.filter((check) => check.problem === null).length;
  return (
    <main className={classes.page}>
      <div className={classes.card} role="status">
        <h1>
          <Logo /> Annulus
        </h1>
        <p className={classes.state}>
          <Loader size={16} /> {headline(readiness)}
        </p>
        {checks.length > 0 && (
          <>
            <progress value={done} max={checks.length} aria-label="Checks passed" />
            <ul>
              {checks.map((check) => (
                <li key={check.name} data-ok={check.problem === null}>
                  <strong>{check.name}</strong> {check.problem ?? 'ready'}
                </li>
              ))}
            </ul>
          </>
        )}
        <p className="dim">This page retries every second and opens by itself.</p>
      </div>
    </main>
  );
}

function headline(readiness: Readiness | undefined): string {
  if (!readiness) {
    return 'Connecting…';
  }
  return readiness.state === 'unreachable'
    ? 'The server does not respond yet.'
    : 'The server is starting.';
}
