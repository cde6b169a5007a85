import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconPlayerPause, IconRefresh } from '@tabler/icons-react';
import { shortDuration } from './duration';
import classes from './RefreshMenu.module.css';
import { isMoving } from './range';
import { usePageTime } from './TimeProvider';

const INTERVALS = [0, 5, 10, 30, 60, 300];

/** Refreshes now, or again and again. */
export function RefreshMenu() {
  const { text, refresh, resting, refreshNow, setRefresh } = usePageTime();
  const isOn = refresh > 0 && isMoving(text);
  const rests = isOn && resting !== 'no';
  return (
    <div className={classes.bar} data-refresh={refresh} data-resting={resting}>
      <Tooltip label={rests ? 'Refresh is paused while you point at a chart' : 'Refresh (r)'}>
        <ActionIcon aria-label="Refresh" onClick={refreshNow}>
          {rests ? <IconPlayerPause size={16} /> : <IconRefresh size={16} />}
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <UnstyledButton
            className={classes.interval}
            aria-label={`Refresh interval: ${intervalName(refresh)}`}
          >
            <span>{refresh > 0 ? shortDuration(refresh) : 'off'}</span>
            <IconChevronDown size={12} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {INTERVALS.map((seconds) => (
            <Menu.Item
              key={seconds}
              aria-current={seconds === refresh}
              onClick={() => setRefresh(seconds)}
            >
              {intervalName(seconds)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function intervalName(seconds: number): string {
  return seconds > 0 ? `Every ${shortDuration(seconds)}` : 'Off';
}
