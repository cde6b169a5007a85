import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLocation } from 'wouter';
import { putDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { toast } from '../../app/toast';
import { freeSlug } from '../../dashboard/model';
import { parseDashboard } from '../../dashboard/transfer';

/** Takes a dashboard from a file, under a slug that is free. */
export function ImportButton({ taken }: { taken: readonly string[] }) {
  const input = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const client = useQueryClient();
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
    </>
  );
}
