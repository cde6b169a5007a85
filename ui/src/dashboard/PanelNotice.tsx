import {
  IconAlertTriangle,
  IconBan,
  IconClockExclamation,
  IconScissors,
} from '@tabler/icons-react';
import type { BuilderError } from '../query/builderSql';
import type { Run } from '../query/useRun';
import { endOf } from '../result/ends';
import { shownTime } from '../time/shown';
import { usePageTime } from '../time/TimeProvider';
import classes from './Panel.module.css';

export interface PanelNoticeProps {
  run: Run;
  error: BuilderError | null;
  isRunnable: boolean;
}

/** What there is to say of a panel's last run, in a line. */
export function PanelNotice({ run, error, isRunnable }: PanelNoticeProps) {
  const { zone } = usePageTime();
  if (!isRunnable || error) {
    return <Line role="status">{error?.message ?? 'This panel has no query yet.'}</Line>;
  }
  switch (endOf(run)) {
    case 'empty':
      return <Line role="status">No data in this range</Line>;
    case 'truncated':
      return (
        <Line role="status" icon={<IconScissors size={14} />}>
          Only the first rows are shown
        </Line>
      );
    case 'cancelled':
      return (
        <Line role="status" icon={<IconBan size={14} />}>
          Cancelled
        </Line>
      );
    case 'stale': {
      const at = run.phase === 'failed' && run.previous ? run.previous.at : 0;
      const since = shownTime(Math.floor(at / 1000), zone);
      return (
        <Line role="alert" icon={<IconClockExclamation size={14} />}>
          Stale since {since}: {messageIn(run)}
        </Line>
      );
    }
    case 'error':
      return (
        <Line role="alert" icon={<IconAlertTriangle size={14} />}>
          {messageIn(run)}
        </Line>
      );
    default:
      return null;
  }
}

function messageIn(run: Run): string {
  return run.phase === 'failed' ? run.error.message : '';
}

function Line(props: {
  role: 'status' | 'alert';
  icon?: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <p className={classes.notice} role={props.role} data-kind={props.role}>
      {props.icon} <span>{props.children}</span>
    </p>
  );
}
