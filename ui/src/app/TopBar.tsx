import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core';
import { IconHelp, IconSearch } from '@tabler/icons-react';
import { RangePicker } from '../time/RangePicker';
import { RefreshMenu } from '../time/RefreshMenu';
import { ZoneMenu } from '../time/ZoneMenu';
import { CopyLinkButton } from './CopyLinkButton';
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
        title="Go to a page, dashboard or metric"
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
          <CopyLinkButton />
        </>
      )}
      <ThemeMenu />
      <Tooltip label="Keyboard shortcuts (?)">
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
