import { IconAlertTriangle, IconBan, IconInfoCircle, IconScissors } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

const ICONS = {
  info: IconInfoCircle,
  error: IconAlertTriangle,
  cancelled: IconBan,
  truncated: IconScissors,
};

export interface NoticeProps {
  kind: keyof typeof ICONS;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** A message in place of, or above, what it is about. Only errors interrupt a screen reader. */
export function Notice({ kind, title, children, action }: NoticeProps) {
  const Icon = ICONS[kind];
  return (
    <div className={classes.notice} data-kind={kind} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon size={18} className={classes.icon} aria-hidden="true" />
      <div className={classes.text}>
        <strong>{title}</strong>
        {children && <div>{children}</div>}
      </div>
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
