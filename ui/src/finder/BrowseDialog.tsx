import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { messageOf } from '../api/problem';
import { Dialog } from '../app/Dialog';
import { Notice } from '../app/Notice';
import type { TagFilter } from '../query/model';
import classes from './Finder.module.css';
import { TagFacets } from './TagFacets';
import { useGroups } from './useGroups';

const SETTLE_MILLIS = 50;
const SHOWN = 200;

export interface BrowseDialogProps {
  /** Gets the name of a metric, and what was asked of its tags. */
  onPick: (metric: string, filters: readonly TagFilter[]) => void;
  onClose: () => void;
}

/** Finds a metric by words and tags. */
export default function BrowseDialog({ onPick, onClose }: BrowseDialogProps) {
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, SETTLE_MILLIS);
  const { groups, error, search: parsed } = useGroups(settled.trim());
  return (
    <Dialog onClose={onClose} title="Browse metrics" size="xl">
      <TextInput
        data-autofocus
        aria-label="Search metrics"
        placeholder="fleet net, host=web-03, role=~web|db"
        leftSection={<IconSearch size={14} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {error && (
        <Notice kind="error" title="Not loaded">
          {messageOf(error)}
        </Notice>
      )}
      <div className={classes.browse}>
        <TagFacets search={search} onSearch={setSearch} />
        <div>
          <ul className={classes.names} aria-label="Metrics">
            {groups?.slice(0, SHOWN).map(({ name, series }) => (
              <li key={name}>
                <button type="button" onClick={() => onPick(name, parsed.filters)}>
                  <span>{name}</span>
                  <span className="dim">{series.toLocaleString('en')} series</span>
                </button>
              </li>
            ))}
          </ul>
          {groups && (
            <p className="dim" role="status">
              {groups.length.toLocaleString('en')} {groups.length === 1 ? 'name' : 'names'}
              {groups.length > SHOWN && `, the first ${SHOWN} of them here`}
            </p>
          )}
        </div>
      </div>
    </Dialog>
  );
}
