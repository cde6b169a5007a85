import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useKeys } from '../../app/keys';
import { PanelView } from '../../dashboard/PanelView';
import type { PanelActions } from '../../dashboard/panelActions';
import type { ShownPanel } from '../../dashboard/repeat';
import { changeParams } from '../../url/params';

/** One panel of a dashboard, as large as the window. */
export function SinglePanel({ shown, actions }: { shown: ShownPanel; actions: PanelActions }) {
  const back = () => changeParams((p) => p.delete('view'), 'push');
  useKeys({ esc: back });
  return (
    <>
      <Button leftSection={<IconArrowLeft size={14} />} onClick={back} mb={8}>
        All panels
      </Button>
      <div style={{ height: 'max(320px, calc(100vh - 210px))' }}>
        <PanelView shown={shown} actions={actions} syncKey="single" editing={false} />
      </div>
    </>
  );
}
