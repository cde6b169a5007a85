import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core';
import { IconCalendar, IconChevronLeft, IconChevronRight, IconZoomOut } from '@tabler/icons-react';
import { useState } from 'react';
import { RangeForm } from './RangeForm';
import classes from './RangePicker.module.css';
import { describeRange, QUICK_RANGES, type RangeText, shiftRange, zoomOut } from './range';
import { shownDateTime } from './shown';
import { usePageTime } from './TimeProvider';
import { zoneName } from './zone';

/** Chooses the range of a page: a usual one, or any by text or calendar. */
export function RangePicker() {
  const { text, range, zone, setRange } = usePageTime();
  const [opened, setOpened] = useState(false);
  const context = () => ({ now: Math.floor(Date.now() / 1000), zone });
  const choose = (next: RangeText) => {
    setRange(next);
    setOpened(false);
  };
  const exact = `${shownDateTime(range.from, zone)} to ${shownDateTime(range.to, zone)}`;
  return (
    <div className={classes.bar}>
      <Step label="Earlier (t ←)" onClick={() => setRange(shiftRange(text, -1, context()))}>
        <IconChevronLeft size={16} />
      </Step>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        shadow="md"
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <Tooltip label={`${exact} ${zoneName(zone)}`} disabled={opened}>
            <Button
              className={classes.range}
              leftSection={<IconCalendar size={15} />}
              aria-haspopup="dialog"
              aria-label={`Time range: ${describeRange(text, zone)}`}
              onClick={() => setOpened(!opened)}
            >
              <span className={classes.text}>{describeRange(text, zone)}</span>
            </Button>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown className={classes.dropdown} aria-label="Time range">
          <RangeForm onChoose={choose} />
          <ul className={classes.quick} aria-label="Usual ranges">
            {QUICK_RANGES.map((quick) => (
              <li key={quick.label}>
                <button
                  type="button"
                  aria-current={quick.from === text.from && quick.to === text.to}
                  onClick={() => choose({ from: quick.from, to: quick.to })}
                >
                  {quick.label}
                </button>
              </li>
            ))}
          </ul>
        </Popover.Dropdown>
      </Popover>
      <Step label="Later (t →)" onClick={() => setRange(shiftRange(text, 1, context()))}>
        <IconChevronRight size={16} />
      </Step>
      <Step label="Zoom out (t z)" onClick={() => setRange(zoomOut(text, context()))}>
        <IconZoomOut size={16} />
      </Step>
    </div>
  );
}

function Step(props: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon className={classes.step} aria-label={props.label} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
