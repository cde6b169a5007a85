import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { putDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { Dialog } from '../../app/Dialog';
import { toast } from '../../app/toast';
import { freeSlug } from '../../dashboard/model';
import { type ParsedDashboard, parseDashboard } from '../../dashboard/transfer';
import classes from './Dashboards.module.css';

const SHOWN = 50;

/** Takes a dashboard from a file, under a slug that is free. */
export function ImportButton({ taken }: { taken: readonly string[] }) {
  const input = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const [partial, setPartial] = useState<ParsedDashboard | null>(null);
  const read = async (file: File) => {
    try {
      const dashboard = parseDashboard(await file.text(), file.name);
      if (dashboard.lost.length > 0) {
        setPartial(dashboard);
      } else {
        await store(dashboard);
      }
    } catch (error) {
      toast(messageOf(error));
    }
  };
  const store = async ({ lost: _, ...dashboard }: ParsedDashboard) => {
    setPartial(null);
    try {
      const slug = taken.includes(dashboard.slug)
        ? freeSlug(dashboard.title, taken)
        : dashboard.slug;
      await putDashboard({ ...dashboard, slug }, 'absent');
      await client.invalidateQueries({ queryKey: ['dashboards'] });
      toast('Dashboard imported');
      navigate(`/d/${encodeURIComponent(slug)}`);
    } catch (error) {
      toast(messageOf(error));
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label="Dashboard file"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file) {
            void read(file);
          }
        }}
      />
      <Button leftSection={<IconUpload size={15} />} onClick={() => input.current?.click()}>
        Import
      </Button>
      {partial && (
        <Losses
          dashboard={partial}
          onImport={() => void store(partial)}
          onClose={() => setPartial(null)}
        />
      )}
    </>
  );
}

/** Says what of a file cannot be taken; nothing is dropped unasked. */
function Losses(props: { dashboard: ParsedDashboard; onImport: () => void; onClose: () => void }) {
  const { lost, definition, title } = props.dashboard;
  const kept = definition.panels.length;
  const isAny = kept > 0;
  return (
    <Dialog
      onClose={props.onClose}
      title={isAny ? 'Not all of it can be imported' : 'Not imported'}
      size="lg"
    >
      <p>
        {title} is a Grafana dashboard.{' '}
        {isAny
          ? `${kept === 1 ? 'One panel' : `${kept} panels`} can be imported. This cannot:`
          : 'None of its panels can be imported:'}
      </p>
      <ul className={classes.reasons}>
        {lost.slice(0, SHOWN).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {lost.length > SHOWN && <p>and {lost.length - SHOWN} more.</p>}
      {isAny && (
        <Button variant="filled" onClick={props.onImport}>
          Import the rest
        </Button>
      )}
    </Dialog>
  );
}
