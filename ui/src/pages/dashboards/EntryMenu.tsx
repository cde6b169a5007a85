import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconDownload, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { deleteDashboard, getDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import type { DashboardEntry } from '../../api/types';
import { toast } from '../../app/toast';
import { dropDraft } from '../../dashboard/drafts';
import { readDefinition } from '../../dashboard/read';
import { exportDashboard } from '../../dashboard/transfer';
import { saveCopy } from '../../dashboard/useSave';
import { forgetDashboard } from '../../prefs/lists';
import { askToDelete } from '../dashboard/DashboardMenu';

/** What can be done with a dashboard in the list. */
export function EntryMenu({ entry }: { entry: DashboardEntry }) {
  const client = useQueryClient();
  const load = async () => {
    const { dashboard } = await getDashboard(entry.slug, new AbortController().signal);
    return { ...dashboard, definition: readDefinition(dashboard.definition) };
  };
  const attempt = (task: () => Promise<void>) => () =>
    void task()
      .then(() => client.invalidateQueries({ queryKey: ['dashboards'] }))
      .catch((error) => toast(messageOf(error)));
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon aria-label={`Menu of ${entry.title}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconDownload size={15} />}
          onClick={attempt(async () => exportDashboard(await load()))}
        >
          Export JSON
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy size={15} />}
          onClick={attempt(async () => {
            await saveCopy(await load());
            toast('Copied');
          })}
        >
          Duplicate
        </Menu.Item>
        {!entry.provided && (
          <Menu.Item
            leftSection={<IconTrash size={15} />}
            color="red"
            onClick={attempt(async () => {
              if (await askToDelete(entry.title)) {
                await deleteDashboard(entry.slug);
                forgetDashboard(entry.slug);
                dropDraft(entry.slug);
                toast('Dashboard deleted');
              }
            })}
          >
            Delete…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
