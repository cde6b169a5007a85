import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Direction } from './layout';
import type { Panel } from './model';
import classes from './Panel.module.css';

const ICONS = {
  left: IconArrowLeft,
  right: IconArrowRight,
  up: IconArrowUp,
  down: IconArrowDown,
} as const;
const DIRECTIONS: readonly Direction[] = ['left', 'right', 'up', 'down'];
const KEYS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const RESIZE_NAMES: Readonly<Record<Direction, string>> = {
  left: 'Narrower',
  right: 'Wider',
  up: 'Shorter',
  down: 'Taller',
};

export interface ArrangeBarProps {
  panel: Panel;
  onMove: (to: Direction) => void;
  onResize: (to: Direction) => void;
  onDone: () => void;
}

/** Moves and resizes a panel by clicks, or by arrow keys, with Shift for its size. */
export function ArrangeBar({ panel, onMove, onResize, onDone }: ArrangeBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => bar.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = KEYS[event.key];
    if (direction) {
      event.preventDefault();
      (event.shiftKey ? onResize : onMove)(direction);
    } else if (event.key === 'Escape') {
      onDone();
    }
  };
  const { x, y, w, h } = panel.layout;
  return (
    <div
      ref={bar}
      className={`${classes.arrange} no-drag`}
      role="toolbar"
      aria-label={`Move and resize ${panel.title}: arrow keys move, with Shift they resize`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div>
        Move
        {DIRECTIONS.map((to) => (
          <Step key={to} to={to} label={`Move ${to}`} onClick={() => onMove(to)} />
        ))}
      </div>
      <div>
        Size
        {DIRECTIONS.map((to) => (
          <Step key={to} to={to} label={RESIZE_NAMES[to]} onClick={() => onResize(to)} />
        ))}
      </div>
      <span className="dim" role="status">
        column {x + 1}, row {y + 1}, {w} × {h}
      </span>
      <Button size="compact-sm" onClick={onDone}>
        Done
      </Button>
    </div>
  );
}

function Step(props: { to: Direction; label: string; onClick: () => void }) {
  const Icon = ICONS[props.to];
  return (
    <ActionIcon aria-label={props.label} title={props.label} onClick={props.onClick}>
      <Icon size={16} />
    </ActionIcon>
  );
}
