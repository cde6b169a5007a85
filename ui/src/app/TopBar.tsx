import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core';
import { IconHelp, IconLink, IconSearch } from '@tabler/icons-react';
import { RangePicker } from '../time/RangePicker';
import { RefreshMenu } from '../time/RefreshMenu';
import { ZoneMenu } from '../time/ZoneMenu';
import { copyLink } from './copyLink';
import { openDialog } from './dialogs';
import { modKey } from './keys';
import classes from './Shell.module.css';
import { ThemeMenu } from './ThemeMenu';

/** @param bound whether the page shows data of a range */
export function TopBar({ bound }: { bound: boolean }) {
  return (
    <header className={classes.bar}>
      <UnstyledButton
        className={classes.goto}
        aria-label="Go to a page, dashboard or metric"
        onClick={() => openDialog('goto')}
      >
        <IconSearch size={15} />
        <span>Go to…</span>
        <Kbd size="xs">{modKey} K</Kbd>
      </UnstyledButton>
      <div className={classes.spring} />
      {bound && (
        <>
          <RangePicker />
          <ZoneMenu />
          <RefreshMenu />
          <Tooltip label="Copy a link to what you see">
            <ActionIcon className={classes.wide} aria-label="Copy link" onClick={() => copyLink()}>
              <IconLink size={17} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
      <ThemeMenu />
      <Tooltip label="Keys (?)">
        <ActionIcon
          className={classes.wide}
          aria-label="Keyboard shortcuts"
          onClick={() => openDialog('help')}
        >
          <IconHelp size={17} />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}
