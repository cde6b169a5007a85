import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconClock, IconLink, IconLock } from '@tabler/icons-react';
import { absoluteText, isMoving } from '../time/range';
import { usePageTime } from '../time/TimeProvider';
import { copyLink } from './copyLink';
import classes from './Shell.module.css';

/** Copies a link to what one sees: to the same stretch of time, or to what is the last hour then. */
export function CopyLinkButton() {
  const { text, range } = usePageTime();
  if (!isMoving(text)) {
    return (
      <Tooltip label="Copy a link to what you see">
        <ActionIcon className={classes.wide} aria-label="Copy link" onClick={() => copyLink()}>
          <IconLink size={17} />
        </ActionIcon>
      </Tooltip>
    );
  }
  const copyAbsolute = () => {
    const url = new URL(window.location.href);
    const { from, to } = absoluteText(range);
    url.searchParams.set('from', from);
    url.searchParams.set('to', to);
    copyLink(url.href);
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Tooltip label="Copy a link to what you see">
          <ActionIcon className={classes.wide} aria-label="Copy link">
            <IconLink size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLock size={15} />} onClick={copyAbsolute}>
          With these times
        </Menu.Item>
        <Menu.Item leftSection={<IconClock size={15} />} onClick={() => copyLink()}>
          With the relative range
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
