import {
  Button,
  NumberInput,
  SegmentedControl,
  Select,
  useMantineColorScheme,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { ask } from '../../app/ask';
import { toast } from '../../app/toast';
import { queryHistory, recentDashboards, savedQueries } from '../../prefs/lists';
import { changePreferences, preferences, type Theme } from '../../prefs/preferences';
import type { Clock } from '../../time/clock';
import { shortDuration } from '../../time/duration';
import { QUICK_RANGES } from '../../time/range';
import { ZoneSelect } from '../../time/ZoneMenu';
import classes from './Settings.module.css';

const REFRESHES = [0, 5, 10, 30, 60, 300].map((seconds) => ({
  value: String(seconds),
  label: seconds === 0 ? 'off' : `every ${shortDuration(seconds)}`,
}));

/** What is kept in this browser. */
export default function SettingsPage() {
  const chosen = preferences.use();
  const { setColorScheme } = useMantineColorScheme();
  const quick = QUICK_RANGES.find(({ from, to }) => from === chosen.from && to === chosen.to);
  return (
    <div className={classes.page}>
      <h1>Settings</h1>
      <p className="dim">These are kept in this browser, for you alone.</p>
      <Group title="Appearance">
        <SegmentedControl
          aria-label="Theme"
          data={[
            { value: 'auto', label: 'System theme' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          value={chosen.theme}
          onChange={(theme) => setColorScheme(theme as Theme)}
        />
      </Group>
      <Group title="Time">
        <ZoneSelect value={chosen.zone} onChange={(zone) => changePreferences({ zone })} />
        <SegmentedControl
          aria-label="Clock"
          data={[
            { value: '24h', label: '24 hours' },
            { value: '12h', label: '12 hours' },
          ]}
          value={chosen.clock}
          onChange={(clock) => changePreferences({ clock: clock as Clock })}
        />
        <Select
          label="Time range"
          description="For pages whose link does not set one"
          data={QUICK_RANGES.map(({ label }) => label)}
          value={quick?.label ?? null}
          allowDeselect={false}
          onChange={(label) => {
            const range = QUICK_RANGES.find((other) => other.label === label);
            if (range) {
              changePreferences({ from: range.from, to: range.to });
            }
          }}
        />
        <Select
          label="Refresh"
          description="For the same pages"
          data={REFRESHES}
          value={String(chosen.refresh)}
          allowDeselect={false}
          onChange={(value) => changePreferences({ refresh: Number(value ?? 0) })}
        />
      </Group>
      <Group title="History">
        <NumberInput
          label="Queries to remember"
          min={0}
          max={1000}
          value={chosen.historySize}
          onChange={(value) => changePreferences({ historySize: Number(value) || 0 })}
        />
        <div className={classes.buttons}>
          <Button
            onClick={() => {
              queryHistory.set([]);
              recentDashboards.set([]);
              toast('History cleared');
            }}
          >
            Clear the history
          </Button>
          <Button onClick={() => void clearSaved()}>Clear saved queries…</Button>
        </div>
      </Group>
    </div>
  );
}

async function clearSaved(): Promise<void> {
  const count = savedQueries.get().length;
  const answer = await ask({
    title: 'Clear saved queries?',
    text: `The ${count} queries that you saved under a name are deleted permanently.`,
    answers: [{ id: 'clear', label: 'Clear', danger: true }],
  });
  if (answer) {
    savedQueries.set([]);
    toast('Saved queries cleared');
  }
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.group}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
