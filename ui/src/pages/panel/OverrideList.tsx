import { ActionIcon, Button, Checkbox, Select, useComputedColorScheme } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { CommitInput } from '../../builder/Commit';
import { COLOURS } from '../../chart/colours';
import { CHART_TYPES, type ChartType, type Override } from '../../chart/options';
import { UNITS } from '../../chart/units';
import classes from './PanelEditor.module.css';

export interface OverrideListProps {
  overrides: readonly Override[];
  onChange: (overrides: Override[]) => void;
}

const AS_CHART = 'chart';
const TYPE_NAMES: Readonly<Record<ChartType, string>> = {
  line: 'Lines',
  area: 'Areas',
  points: 'Points',
  bars: 'Bars',
};

/** What is different for some series. */
export function OverrideList({ overrides, onChange }: OverrideListProps) {
  const replace = (index: number, next: Override | null) =>
    onChange(overrides.flatMap((old, i) => (i === index ? (next ?? []) : old)));
  return (
    <fieldset className={classes.thresholds}>
      <legend>Overrides</legend>
      {overrides.map((override, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an override is its place in the list
        <OverrideRow key={index} override={override} onChange={(next) => replace(index, next)} />
      ))}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...overrides, { match: '' }])}
      >
        Add an override
      </Button>
    </fieldset>
  );
}

function OverrideRow(props: { override: Override; onChange: (next: Override | null) => void }) {
  const { override, onChange } = props;
  const theme = useComputedColorScheme('light');
  const { unit: _, ...withoutUnit } = override;
  const { type: __, ...withoutType } = override;
  return (
    <div className={classes.override}>
      <div className={classes.overrideHead}>
        <CommitInput
          aria-label="Name contains"
          placeholder="Name contains"
          value={override.match}
          onCommit={(match) => onChange({ ...override, match: match.trim() })}
        />
        <ActionIcon aria-label="Remove this override" onClick={() => onChange(null)}>
          <IconX size={14} />
        </ActionIcon>
      </div>
      <Select
        aria-label="Unit of these series"
        data={[
          { value: AS_CHART, label: 'Unit of the chart' },
          ...UNITS.map(({ id, label }) => ({ value: id, label })),
        ]}
        value={override.unit ?? AS_CHART}
        allowDeselect={false}
        onChange={(id) => {
          const unit = UNITS.find((one) => one.id === id)?.id;
          onChange(unit ? { ...override, unit } : withoutUnit);
        }}
      />
      <Select
        aria-label="Drawing of these series"
        data={[
          { value: AS_CHART, label: 'Same as the others' },
          ...CHART_TYPES.map((value) => ({ value, label: TYPE_NAMES[value] })),
        ]}
        value={override.type ?? AS_CHART}
        allowDeselect={false}
        onChange={(id) => {
          const type = CHART_TYPES.find((one) => one === id);
          onChange(type ? { ...override, type } : withoutType);
        }}
      />
      <Checkbox
        label="Axis on the right"
        checked={override.right ?? false}
        onChange={(event) => onChange({ ...override, right: event.currentTarget.checked })}
      />
      <Checkbox
        label="Dashed"
        checked={override.dashed ?? false}
        onChange={(event) => onChange({ ...override, dashed: event.currentTarget.checked })}
      />
      <div className={classes.swatches} role="group" aria-label="Colour of these series">
        {COLOURS[theme].map((colour, index) => (
          <button
            key={colour}
            type="button"
            aria-label={`Colour ${index + 1}`}
            aria-pressed={override.colour === index}
            style={{ background: colour }}
            onClick={() => onChange({ ...override, colour: index })}
          />
        ))}
      </div>
    </div>
  );
}
