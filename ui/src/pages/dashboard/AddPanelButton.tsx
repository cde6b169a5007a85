import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { Draft } from '../../dashboard/drafts';
import { DEFAULT_OPTIONS, freeId, withPanel } from '../../dashboard/model';
import { EMPTY_QUERY } from '../../query/model';
import { useParams } from '../../url/params';

/** Adds an empty panel and opens it. */
export function AddPanelButton(props: {
  draft: Draft;
  onChange: (next: Pick<Draft, 'definition'>) => void;
}) {
  const { slug, definition } = props.draft;
  const [, navigate] = useLocation();
  const params = useParams();
  const add = () => {
    const id = freeId(definition.panels);
    const panel = {
      title: 'New panel',
      query: EMPTY_QUERY,
      bucket: null,
      options: DEFAULT_OPTIONS,
      repeat: '',
    };
    props.onChange({ definition: withPanel(definition, panel) });
    navigate(`/d/${encodeURIComponent(slug)}/p/${id}?${params}`);
  };
  return (
    <Button leftSection={<IconPlus size={15} />} onClick={add}>
      Add panel
    </Button>
  );
}
