import { ActionIcon, Badge, Button, Tooltip } from '@mantine/core';
import {
  IconDeviceFloppy,
  IconFilterPlus,
  IconLayoutGrid,
  IconPencil,
  IconStar,
  IconStarFilled,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { CommitInput } from '../../builder/Commit';
import type { Draft } from '../../dashboard/drafts';
import { starredDashboards, toggleStar } from '../../prefs/lists';
import { useParams } from '../../url/params';
import { AddPanelButton } from './AddPanelButton';
import classes from './Dashboard.module.css';
import { DashboardMenu } from './DashboardMenu';

export interface DashboardHeadProps {
  draft: Draft;
  edited: boolean;
  editing: boolean;
  onEditing: (editing: boolean) => void;
  onFilter: () => void;
  onChange: (next: Partial<Pick<Draft, 'title' | 'definition'>>) => void;
  onSave: () => Promise<boolean>;
  onDiscard: () => Promise<void>;
}

/** Title and actions of a dashboard. */
export function DashboardHead(props: DashboardHeadProps) {
  const { draft, edited, editing, onChange } = props;
  const starred = starredDashboards.use().includes(draft.slug);
  if (useParams().get('kiosk') === '1') {
    return (
      <div className={classes.head}>
        <h1 className={classes.title}>{draft.title}</h1>
      </div>
    );
  }
  return (
    <div className={classes.head}>
      <Tooltip label="All dashboards">
        <ActionIcon component={Link} href="/dashboards" aria-label="All dashboards">
          <IconLayoutGrid size={17} />
        </ActionIcon>
      </Tooltip>
      {editing ? (
        <CommitInput
          aria-label="Title"
          className={classes.titleInput}
          value={draft.title}
          onCommit={(title) => title.trim() && onChange({ title: title.trim() })}
        />
      ) : (
        <h1 className={classes.title}>{draft.title}</h1>
      )}
      <ActionIcon
        aria-label={starred ? 'Remove the star' : 'Star this dashboard'}
        aria-pressed={starred}
        onClick={() => toggleStar(draft.slug)}
      >
        {starred ? <IconStarFilled size={16} /> : <IconStar size={16} />}
      </ActionIcon>
      {draft.provided && (
        <Tooltip label="It comes from a file on the server. Duplicate it to edit a copy.">
          <Badge variant="light" color="gray">
            Read-only
          </Badge>
        </Tooltip>
      )}
      {edited && (
        <Badge variant="light" color="yellow" role="status">
          Unsaved
        </Badge>
      )}
      <div className={classes.actions}>
        <Tooltip label="Filter all panels by a tag">
          <ActionIcon size={30} aria-label="Filter all panels" onClick={props.onFilter}>
            <IconFilterPlus size={17} />
          </ActionIcon>
        </Tooltip>
        {editing && <AddPanelButton draft={draft} onChange={onChange} />}
        {!draft.provided && <EditButtons {...props} />}
        <DashboardMenu draft={draft} onChange={onChange} />
      </div>
    </div>
  );
}

function EditButtons(props: DashboardHeadProps) {
  const { edited, editing } = props;
  return (
    <>
      {edited && <Button onClick={() => void props.onDiscard()}>Discard</Button>}
      <Button
        leftSection={<IconDeviceFloppy size={15} />}
        variant={edited ? 'filled' : 'default'}
        disabled={!edited}
        onClick={() => void props.onSave()}
      >
        Save
      </Button>
      <Button leftSection={<IconPencil size={15} />} onClick={() => props.onEditing(!editing)}>
        {editing ? 'Done' : 'Edit'}
      </Button>
    </>
  );
}
