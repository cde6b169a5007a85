import { Popover, Select, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import classes from './RefreshMenu.module.css';
import { usePageTime } from './TimeProvider';
import { allZones, formatOffset, offsetAt, zoneName } from './zone';

/** Chooses the zone in which a page shows its times. */
export function ZoneMenu() {
  const { zone, range, setZone } = usePageTime();
  const [opened, setOpened] = useState(false);
  const name = zoneName(zone);
  const offset = name === 'UTC' ? 'UTC' : `UTC${formatOffset(offsetAt(range.to, zone))}`;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.interval}
          aria-haspopup="dialog"
          aria-label={`Time zone: ${name}`}
          title={name}
          onClick={() => setOpened(!opened)}
        >
          {offset}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time zone">
        <ZoneSelect
          value={zone}
          onChange={(next) => {
            setZone(next);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** All zones, with this browser's own on top. */
export function ZoneSelect(props: { value: string; onChange: (zone: string) => void }) {
  const local = { value: 'local', label: `This browser (${zoneName('local')})` };
  const others = allZones().map((name) => ({ value: name, label: name }));
  return (
    <Select
      label="Time zone"
      data={[local, ...others]}
      value={props.value}
      onChange={(value) => value && props.onChange(value)}
      searchable
      limit={60}
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
    />
  );
}
