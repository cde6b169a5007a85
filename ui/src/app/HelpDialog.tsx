import { Kbd, Modal } from '@mantine/core';
import { openedDialog } from './dialogs';
import classes from './HelpDialog.module.css';
import { modKey } from './keys';

const GROUPS: readonly { title: string; keys: readonly [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['?', 'Show this help'],
      ['mod K', 'Go to a page, dashboard or metric'],
      ['g h', 'Home'],
      ['g e', 'Explore'],
      ['g m', 'Metrics'],
      ['g d', 'Dashboards'],
      ['g s', 'Status'],
      ['Esc', 'Cancel or close'],
    ],
  },
  {
    title: 'Time',
    keys: [
      ['t z', 'Zoom out'],
      ['t ←', 'Earlier'],
      ['t →', 'Later'],
      ['t a', 'Make the range absolute'],
      ['t c', 'Copy the range'],
      ['t v', 'Paste a range'],
      ['r', 'Refresh'],
    ],
  },
  {
    title: 'Queries and dashboards',
    keys: [
      ['mod Enter', 'Run the query'],
      ['mod ↑', 'Earlier query (in the SQL editor)'],
      ['mod S', 'Save the dashboard'],
      ['e', 'Edit the focused panel'],
      ['v', 'View the focused panel'],
    ],
  },
];

export default function HelpDialog() {
  return (
    <Modal opened onClose={() => openedDialog.set(null)} title="Keyboard shortcuts" size="lg">
      <div className={classes.groups}>
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map(([keys, meaning]) => (
                <div key={keys}>
                  <dt>
                    {keys.split(' ').map((key) => (
                      <Kbd key={key} size="xs">
                        {key === 'mod' ? modKey : key}
                      </Kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="dim">
        In a chart, drag to zoom in and double-click to zoom out. In a legend, click a name to see
        it alone; with {modKey} it is hidden instead.
      </p>
    </Modal>
  );
}
