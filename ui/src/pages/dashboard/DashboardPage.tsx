import { useEffect } from 'react';
import { useParams as useRouteParams } from 'wouter';
import { useDashboard } from '../../dashboard/drafts';
import { rememberDashboard } from '../../prefs/lists';
import { DashboardView } from './DashboardView';
import { LoadFailure } from './LoadFailure';

/** One dashboard. */
export default function DashboardPage() {
  const slug = useRouteParams<{ slug: string }>().slug ?? '';
  const dashboard = useDashboard(slug);
  const { loaded } = dashboard;
  const isReady = loaded.state === 'ready';
  useEffect(() => {
    if (isReady) {
      rememberDashboard(slug);
    }
  }, [isReady, slug]);
  switch (loaded.state) {
    case 'loading':
      return <p className="dim">Loading…</p>;
    case 'failed':
      return <LoadFailure error={loaded.error} slug={slug} />;
    case 'ready':
      return (
        <DashboardView
          key={slug}
          draft={loaded.draft}
          edited={loaded.edited}
          dashboard={dashboard}
        />
      );
  }
}
