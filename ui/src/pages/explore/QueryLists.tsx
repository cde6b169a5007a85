import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { IconBookmark, IconHistory, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../app/Dialog';
import { toast } from '../../app/toast';
import { forgetSavedQuery, queryHistory, savedQueries, saveQuery } from '../../prefs/lists';
import { isRunnable, type Query } from '../../query/model';
import { titleOf } from '../../query/title';
import { readQuery } from '../../url/codec';
import classes from './Explore.module.css';
import { paramsOf } from './useExplore';

const SHOWN = 12;

export interface QueryListsProps {
  query: Query;
  onOpen: (query: Query, step: 'push') => void;
}

/** Saved and recent queries, and saving this one. They are kept in this browser. */
export function QueryLists({ query, onOpen }: QueryListsProps) {
  const history = queryHistory.use();
  const saved = savedQueries.use();
  const [saving, setSaving] = useState(false);
  const open = (params: string) => onOpen(readQuery(new URLSearchParams(params)), 'push');
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={360}>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            aria-label="Queries"
            title="Saved and recent queries"
          >
            <IconHistory size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
          <Menu.Label>Saved</Menu.Label>
          {saved.map(({ title, params }) => (
            <Menu.Item
              key={title}
              onClick={() => open(params)}
              rightSection={
                <ActionIcon
                  component="span"
                  role="button"
                  size="sm"
                  aria-label={`Forget ${title}`}
                  onClick={(event) => {
                    event.stopPropagation();
                    forgetSavedQuery(title);
                  }}
                >
                  <IconTrash size={13} />
                </ActionIcon>
              }
            >
              {title}
            </Menu.Item>
          ))}
          {saved.length === 0 && <Menu.Item disabled>None yet</Menu.Item>}
          <Menu.Label>Recent</Menu.Label>
          {history.slice(0, SHOWN).map(({ title, params }) => (
            <Menu.Item key={params} className={classes.recent} onClick={() => open(params)}>
              <span className="mono">{title}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon
        variant="default"
        size={30}
        aria-label="Save"
        title="Save this query"
        disabled={!isRunnable(query)}
        onClick={() => setSaving(true)}
      >
        <IconBookmark size={15} />
      </ActionIcon>
      {saving && <SaveDialog query={query} onClose={() => setSaving(false)} />}
    </>
  );
}

function SaveDialog({ query, onClose }: { query: Query; onClose: () => void }) {
  const [title, setTitle] = useState(titleOf(query).slice(0, 60));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saveQuery({ title: title.trim(), params: paramsOf(query) });
    toast('Query saved in this browser');
    onClose();
  };
  return (
    <Dialog onClose={onClose} title="Save this query">
      <form onSubmit={submit}>
        <TextInput
          data-autofocus
          label="Name"
          required
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" mt={12} disabled={title.trim() === ''}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
