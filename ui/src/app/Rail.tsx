import {
  IconActivityHeartbeat,
  IconChartLine,
  IconHome,
  IconLayoutDashboard,
  IconListSearch,
  IconSettings,
} from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useParams } from '../url/params';
import { Logo } from './Logo';
import classes from './Shell.module.css';

const CARRIED = ['from', 'to', 'tz', 'refresh'];

const LINKS = [
  { to: '/', label: 'Home', icon: IconHome, roots: ['/'], ranged: false },
  { to: '/explore', label: 'Explore', icon: IconChartLine, roots: ['/explore'], ranged: true },
  { to: '/metrics', label: 'Metrics', icon: IconListSearch, roots: ['/metrics'], ranged: true },
  {
    to: '/dashboards',
    label: 'Dashboards',
    icon: IconLayoutDashboard,
    roots: ['/dashboards', '/d'],
    ranged: false,
  },
  {
    to: '/status',
    label: 'Status',
    icon: IconActivityHeartbeat,
    roots: ['/status'],
    ranged: false,
  },
];

/** The main navigation. Links to pages that show a range take it along. */
export function Rail() {
  const [location] = useLocation();
  const time = useCarriedTime();
  const isCurrent = (roots: readonly string[]) =>
    roots.includes(`/${location.split('/')[1] ?? ''}`);
  return (
    <nav className={classes.rail} aria-label="Main">
      <Link href="/" className={classes.brand} aria-label="Annulus, home">
        <Logo />
        <span>Annulus</span>
      </Link>
      {LINKS.map(({ to, label, icon: Icon, roots, ranged }) => (
        <Link
          key={to}
          href={ranged ? to + time : to}
          className={classes.link}
          aria-current={isCurrent(roots) ? 'page' : undefined}
          aria-label={label}
        >
          <Icon size={18} stroke={1.7} />
          <span>{label}</span>
        </Link>
      ))}
      <div className={classes.spring} />
      <Link
        href="/settings"
        className={classes.link}
        aria-current={location === '/settings' ? 'page' : undefined}
        aria-label="Settings"
      >
        <IconSettings size={18} stroke={1.7} />
        <span>Settings</span>
      </Link>
    </nav>
  );
}

/** The part of this page's link that another page should keep, with a leading `?`. */
export function useCarriedTime(): string {
  const params = useParams();
  const kept = CARRIED.flatMap((name) => {
    const value = params.get(name);
    return value === null ? [] : [[name, value]];
  });
  return kept.length > 0 ? `?${new URLSearchParams(kept)}` : '';
}
