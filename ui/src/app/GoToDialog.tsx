import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { listDashboards } from '../api/dashboards';
import { metricNames } from '../api/metrics';
import { Dialog } from './Dialog';
import { openedDialog } from './dialogs';
import { useCarriedTime } from './Rail';

interface Target {
  kind: string;
  label: string;
  path: string;
}

const PAGES: readonly Target[] = [
  ['Home', '/'],
  ['Explore', '/explore'],
  ['Metrics', '/metrics'],
  ['Dashboards', '/dashboards'],
  ['Status', '/status'],
  ['Settings', '/settings'],
].map(([label, path]) => ({ kind: 'Page', label: label as string, path: path as string }));

const SHOWN = 12;

/** Goes to whatever is typed. */
export default function GoToDialog() {
  const [text, setText] = useState('');
  const [, navigate] = useLocation();
  const time = useCarriedTime();
  const found = useTargets(text.trim().toLowerCase());
  const combobox = useCombobox({ opened: true });
  const close = () => openedDialog.set(null);
  const go = (path: string) => {
    close();
    navigate(joined(path, time));
  };
  return (
    <Dialog
      onClose={close}
      withCloseButton={false}
      padding={8}
      size="md"
      yOffset="12vh"
      centered={false}
      attributes={{ content: { 'aria-label': 'Go to' } }}
    >
      <Combobox store={combobox} withinPortal={false} onOptionSubmit={go}>
        <Combobox.EventsTarget>
          <TextInput
            data-autofocus
            size="md"
            aria-label="Go to a page, dashboard or metric"
            placeholder="Page, dashboard or metric"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              combobox.updateSelectedOptionIndex();
            }}
            onFocus={() => combobox.selectFirstOption()}
            onKeyDown={(event) => {
              // The list is always open, so the combobox would keep Esc to itself.
              if (event.key === 'Escape') {
                close();
                return;
              }
              const first = found[0];
              // Typed faster than the list is marked: what is on top is meant.
              if (event.key === 'Enter' && combobox.getSelectedOptionIndex() < 0 && first) {
                event.preventDefault();
                go(first.path);
              }
            }}
          />
        </Combobox.EventsTarget>
        <Combobox.Options mt={6}>
          {found.map((target) => (
            <Combobox.Option key={target.kind + target.path} value={target.path}>
              {target.label} <span className="dim">{target.kind}</span>
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>Nothing matches</Combobox.Empty>}
        </Combobox.Options>
      </Combobox>
    </Dialog>
  );
}

function useTargets(text: string): Target[] {
  const dashboards = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const names = useQuery({ queryKey: ['names'], queryFn: ({ signal }) => metricNames(signal) });
  const all: Target[] = [
    ...PAGES,
    ...(dashboards.data ?? []).map(({ slug, title }) => ({
      kind: 'Dashboard',
      label: title,
      path: `/d/${encodeURIComponent(slug)}`,
    })),
    ...(names.data ?? []).map((name) => ({
      kind: 'Metric',
      label: name,
      path: `/explore?${new URLSearchParams([['s', name]])}`,
    })),
  ];
  return all.filter((target) => target.label.toLowerCase().includes(text)).slice(0, SHOWN);
}

/** A path with its own parameters, and the carried ones after them. */
function joined(path: string, time: string): string {
  return path.includes('?') ? path + time.replace('?', '&') : path + time;
}
