import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconPresentation,
  IconSettings,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deleteDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { ask } from '../../app/ask';
import { toast } from '../../app/toast';
import { type Draft, dropDraft } from '../../dashboard/drafts';
import { exportDashboard } from '../../dashboard/transfer';
import { saveCopy } from '../../dashboard/useSave';
import { forgetDashboard } from '../../prefs/lists';
import { changeParams } from '../../url/params';
import { DashboardSettings } from './DashboardSettings';

export interface DashboardMenuProps {
  draft: Draft;
  onChange: (next: Partial<Pick<Draft, 'title' | 'definition'>>) => void;
}

/** What is done to a dashboard now and then. */
export function DashboardMenu({ draft, onChange }: DashboardMenuProps) {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const [settings, setSettings] = useState(false);
  const duplicate = async () => {
    try {
      const slug = await saveCopy(draft);
      await client.invalidateQueries({ queryKey: ['dashboards'] });
      toast('Copied');
      navigate(`/d/${slug}`);
    } catch (error) {
      toast(`Not copied: ${messageOf(error)}`);
    }
  };
  const remove = async () => {
    if (await askToDelete(draft.title)) {
      await deleteDashboard(draft.slug);
      forgetDashboard(draft.slug);
      dropDraft(draft.slug);
      await client.invalidateQueries({ queryKey: ['dashboards'] });
      navigate('/dashboards');
      toast('Dashboard deleted');
    }
  };
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!draft.provided && (
            <Menu.Item leftSection={<IconSettings size={15} />} onClick={() => setSettings(true)}>
              Settings…
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconPresentation size={15} />}
            onClick={() => changeParams((p) => p.set('kiosk', '1'), 'push')}
          >
            Kiosk mode (Esc leaves it)
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDownload size={15} />}
            onClick={() => exportDashboard(draft)}
          >
            Export JSON
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void duplicate()}>
            Duplicate
          </Menu.Item>
          {!draft.provided && (
            <Menu.Item
              leftSection={<IconTrash size={15} />}
              color="red"
              onClick={() => void remove()}
            >
              Delete…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {settings && (
        <DashboardSettings draft={draft} onChange={onChange} onClose={() => setSettings(false)} />
      )}
    </>
  );
}

export async function askToDelete(title: string): Promise<boolean> {
  const answer = await ask({
    title: `Delete ${title}?`,
    text: 'This deletes the dashboard permanently, for everybody. Export it first to keep a copy.',
    answers: [{ id: 'delete', label: 'Delete', danger: true }],
  });
  return answer === 'delete';
}
