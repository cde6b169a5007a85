import { messageOf, Problem } from '../../api/problem';
import { Notice } from '../../app/Notice';

/** Why a dashboard cannot be shown. */
export function LoadFailure({ error, slug }: { error: Error; slug: string }) {
  const isMissing = error instanceof Problem && error.status === 404;
  return (
    <Notice kind="error" title={isMissing ? `There is no dashboard ${slug}` : 'Not loaded'}>
      {isMissing ? 'It may have been deleted or renamed.' : messageOf(error)}
    </Notice>
  );
}
