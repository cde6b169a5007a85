import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { putDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { Dialog } from '../../app/Dialog';
import { toast } from '../../app/toast';
import { ForeignDashboard } from '../../dashboard/grafana';
import { freeSlug } from '../../dashboard/model';
import { parseDashboard } from '../../dashboard/transfer';
import classes from './Dashboards.module.css';

const SHOWN = 50;

/** Takes a dashboard from a file, under a slug that is free. */
export function ImportButton({ taken }: { taken: readonly string[] }) {
  const input = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const [refused, setRefused] = useState<ForeignDashboard | null>(null);
  const load = async (file: File) => {
    try {
      const dashboard = parseDashboard(await file.text(), file.name);
      const slug = taken.includes(dashboard.slug)
        ? freeSlug(dashboard.title, taken)
        : dashboard.slug;
      await putDashboard({ ...dashboard, slug }, 'absent');
      await client.invalidateQueries({ queryKey: ['dashboards'] });
      toast('Dashboard imported');
      navigate(`/d/${encodeURIComponent(slug)}`);
    } catch (error) {
      if (error instanceof ForeignDashboard) {
        setRefused(error);
        return;
      }
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
            void load(file);
          }
        }}
      />
      <Button leftSection={<IconUpload size={15} />} onClick={() => input.current?.click()}>
        Import
      </Button>
      {refused && (
        <Dialog onClose={() => setRefused(null)} title="Not imported" size="lg">
          <p>{refused.message}</p>
          <p>It would have lost:</p>
          <ul className={classes.reasons}>
            {refused.reasons.slice(0, SHOWN).map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
          {refused.reasons.length > SHOWN && <p>and {refused.reasons.length - SHOWN} more.</p>}
        </Dialog>
      )}
    </>
  );
}
