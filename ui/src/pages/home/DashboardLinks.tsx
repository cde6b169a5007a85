import { IconStarFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { listDashboards } from '../../api/dashboards';
import { recentDashboards, starredDashboards } from '../../prefs/lists';
import classes from './Home.module.css';

const SHOWN = 10;

/** Dashboards with a star, then those opened last, then others. */
export function DashboardLinks() {
  const starred = starredDashboards.use();
  const recent = recentDashboards.use();
  const { data = [] } = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const slugs = [...new Set([...starred, ...recent, ...data.map((entry) => entry.slug)])];
  const shown = slugs.flatMap((slug) => data.find((entry) => entry.slug === slug) ?? []);
  return (
    <section className={classes.card}>
      <h2>Dashboards</h2>
      <ul className={classes.links}>
        {shown.slice(0, SHOWN).map(({ slug, title }) => (
          <li key={slug}>
            <Link href={`/d/${encodeURIComponent(slug)}`}>{title}</Link>
            {starred.includes(slug) && <IconStarFilled size={13} aria-label="with a star" />}
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="dim">None yet.</p>}
      <Link href="/dashboards">All dashboards</Link>
    </section>
  );
}
