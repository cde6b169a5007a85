import { useQuery } from '@tanstack/react-query';
import { messageOf } from '../api/problem';
import { Notice } from '../app/Notice';
import { explain } from '../query/execute';
import type { Request } from '../query/request';
import classes from './result.module.css';

/** How the server runs a query. */
export function PlanTab({ request }: { request: Request }) {
  const isExplain = /^\s*explain\b/i.test(request.sql);
  const { data, error } = useQuery({
    queryKey: ['plan', request],
    queryFn: ({ signal }) => explain(request, signal),
    enabled: !isExplain,
    retry: false,
  });
  if (isExplain) {
    return <p className="dim">This is already a plan; see Table.</p>;
  }
  if (error) {
    return (
      <Notice kind="error" title="No plan">
        {messageOf(error)}
      </Notice>
    );
  }
  return (
    <pre className={classes.code} role="region" aria-label="Plan">
      {data ? data.data[0]?.join('\n') : 'Asking…'}
    </pre>
  );
}
