import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowsMove,
  IconChartLine,
  IconCopy,
  IconDots,
  IconDownload,
  IconEye,
  IconInfoCircle,
  IconNote,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Run } from '../query/useRun';
import type { Matches } from '../query/useSelectors';
import { shownOutcome } from '../result/ends';
import { saveCsv } from '../result/takeAway';
import { usePageTime } from '../time/TimeProvider';
import { useEvents } from './EventsContext';
import classes from './Panel.module.css';
import type { PanelActions } from './panelActions';
import type { ShownPanel } from './repeat';

export interface PanelHeadProps {
  shown: ShownPanel;
  run: Run;
  matches: ReadonlyMap<string, Matches> | undefined;
  editing: boolean;
  actions: PanelActions;
  onInspect: () => void;
}

/** The title of a panel, by which it can be dragged, and its menu. */
export function PanelHead(props: PanelHeadProps) {
  const { shown, run, matches, editing, actions, onInspect } = props;
  const { key, panel, bound } = shown;
  const { zone, range } = usePageTime();
  const { onNote } = useEvents();
  const outcome = shownOutcome(run);
  return (
    <header className={classes.head} data-drag={editing}>
      <h2>{panel.title || 'Untitled'}</h2>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon
            size="sm"
            className="no-drag"
            aria-label={`Menu of ${panel.title || 'panel'}`}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEye size={15} />} onClick={() => actions.view(key)}>
            View
          </Menu.Item>
          {!actions.readOnly && (
            <Menu.Item
              leftSection={<IconPencil size={15} />}
              component={Link}
              href={actions.editPath(panel)}
            >
              Edit
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconChartLine size={15} />}
            component={Link}
            href={actions.explorePath(panel, bound, matches)}
          >
            Explore
          </Menu.Item>
          <Menu.Item leftSection={<IconInfoCircle size={15} />} onClick={onInspect}>
            Inspect
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDownload size={15} />}
            disabled={!outcome}
            onClick={() => outcome && saveCsv(outcome, zone)}
          >
            CSV
          </Menu.Item>
          {onNote && (
            <Menu.Item leftSection={<IconNote size={15} />} onClick={() => onNote(range.to)}>
              Add a note…
            </Menu.Item>
          )}
          {!actions.readOnly && (
            <>
              <Menu.Divider />
              <Menu.Item
                leftSection={<IconArrowsMove size={15} />}
                onClick={() => actions.arrange(panel)}
              >
                Move / resize…
              </Menu.Item>
              <Menu.Item
                leftSection={<IconCopy size={15} />}
                onClick={() => actions.duplicate(panel)}
              >
                Duplicate
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={15} />}
                color="red"
                onClick={() => actions.remove(panel)}
              >
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </header>
  );
}
