import { ActionIcon, Badge, Button, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconStar, IconStarFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { listDashboards } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { Notice } from '../../app/Notice';
import { starredDashboards, toggleStar } from '../../prefs/lists';
import { CreateDashboard } from './CreateDashboard';
import classes from './Dashboards.module.css';
import { EntryMenu } from './EntryMenu';
import { ImportButton } from './ImportButton';

/** All dashboards, those with a star first. */
export default function DashboardsPage() {
  const [search, setSearch] = useState('');
  const [creating, setCreating] = useState(false);
  const starred = starredDashboards.use();
  const { data, error } = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const text = search.trim().toLowerCase();
  const found = (data ?? [])
    .filter(({ title, slug }) => `${title} ${slug}`.toLowerCase().includes(text))
    .sort(
      (a, b) =>
        Number(starred.includes(b.slug)) - Number(starred.includes(a.slug)) ||
        a.title.localeCompare(b.title),
    );
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>Dashboards</h1>
        <TextInput
          aria-label="Search dashboards"
          placeholder="Search"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <div className={classes.actions}>
          <ImportButton taken={(data ?? []).map((entry) => entry.slug)} />
          <Button
            variant="filled"
            leftSection={<IconPlus size={15} />}
            onClick={() => setCreating(true)}
          >
            New dashboard
          </Button>
        </div>
      </div>
      {error && (
        <Notice kind="error" title="Not loaded">
          {messageOf(error)}
        </Notice>
      )}
      {data && found.length === 0 && (
        <Notice kind="info" title={data.length === 0 ? 'No dashboards yet' : 'None matches'}>
          {data.length === 0 && 'Create one, import one, or add a panel from Explore.'}
        </Notice>
      )}
      <ul className={classes.list}>
        {found.map((entry) => {
          const isStarred = starred.includes(entry.slug);
          return (
            <li key={entry.slug}>
              <ActionIcon
                aria-label={`${isStarred ? 'Remove the star of' : 'Star'} ${entry.title}`}
                aria-pressed={isStarred}
                onClick={() => toggleStar(entry.slug)}
              >
                {isStarred ? <IconStarFilled size={16} /> : <IconStar size={16} />}
              </ActionIcon>
              <Link href={`/d/${encodeURIComponent(entry.slug)}`}>{entry.title}</Link>
              <span className="dim mono">{entry.slug}</span>
              {entry.provided && (
                <Badge variant="light" color="gray">
                  Read-only
                </Badge>
              )}
              <EntryMenu entry={entry} />
            </li>
          );
        })}
      </ul>
      {creating && (
        <CreateDashboard
          taken={(data ?? []).map((entry) => entry.slug)}
          onClose={() => setCreating(false)}
        />
      )}
    </div>
  );
}
