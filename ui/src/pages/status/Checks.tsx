import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getReadiness } from '../../api/operations';
import classes from './Status.module.css';

/** Which parts are ready, and what is wrong with the others. */
export function Checks() {
  const { data } = useQuery({
    queryKey: ['checks'],
    queryFn: ({ signal }) => getReadiness(signal),
    refetchInterval: 5000,
  });
  const checks = data && data.state !== 'unreachable' ? data.checks : [];
  const broken = checks.filter((check) => check.problem !== null);
  return (
    <section className={classes.card}>
      <h2>Readiness</h2>
      <p role="status">
        {headline(
          data?.state,
          broken.map((check) => check.name),
        )}
      </p>
      <ul className={classes.checks}>
        {checks.map(({ name, problem }) => (
          <li key={name} data-ok={problem === null}>
            {problem === null ? (
              <IconCircleCheck size={16} aria-label="ready" />
            ) : (
              <IconCircleX size={16} aria-label="not ready" />
            )}
            <strong>{name}</strong> {problem ?? ''}
          </li>
        ))}
      </ul>
    </section>
  );
}

function headline(state: string | undefined, broken: readonly string[]): string {
  if (state === 'unreachable') {
    return 'The server does not respond.';
  }
  if (broken.length > 0) {
    return `Not ready: ${broken.join(', ')}.`;
  }
  return state === 'ready' ? 'Everything is ready.' : 'Asking…';
}
