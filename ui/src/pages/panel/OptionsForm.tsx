import { NumberInput, Select, Switch } from '@mantine/core';
import type { NullMode } from '../../chart/align';
import { REDUCTIONS } from '../../chart/reduce';
import { UNITS, type Unit } from '../../chart/units';
import { PANEL_TYPES, type PanelOptions, type PanelType } from '../../dashboard/model';
import { OverrideList } from './OverrideList';
import classes from './PanelEditor.module.css';
import { ThresholdList } from './ThresholdList';

export interface OptionsFormProps {
  options: PanelOptions;
  onChange: (options: PanelOptions) => void;
}

interface RepeatProps {
  /** The variable by which the panel is repeated; empty for none. */
  repeat: string;
  repeatable: readonly string[];
  onRepeat: (variable: string) => void;
}

const TYPE_NAMES: Readonly<Record<PanelType, string>> = {
  line: 'Lines',
  area: 'Areas',
  points: 'Points',
  bars: 'Bars',
  heatmap: 'Heatmap of a histogram',
  stat: 'Newest value',
  table: 'Table',
};
const NULLS = [
  { value: 'gap', label: 'Leave a gap' },
  { value: 'connect', label: 'Join the points' },
  { value: 'zero', label: 'Show zero' },
];
const LEGENDS = [
  { value: 'list', label: 'Names' },
  { value: 'right', label: 'Names on the right' },
  { value: 'table', label: 'Names and figures' },
  { value: 'hidden', label: 'None' },
];

const EARLIER = [
  { value: '0', label: 'Nothing' },
  { value: '3600', label: 'An hour earlier' },
  { value: '86400', label: 'A day earlier' },
  { value: '604800', label: 'A week earlier' },
];
const ORDERS = [
  { value: 'name', label: 'By name' },
  { value: 'last', label: 'Largest last value first' },
  { value: 'max', label: 'Largest maximum first' },
];
const ROWS = [
  { value: 'series', label: 'One for each series' },
  { value: 'answer', label: 'As returned by the query' },
];

/** How a panel shows its data. */
export function OptionsForm({ options, onChange, ...repeat }: OptionsFormProps & RepeatProps) {
  const set = (change: Partial<PanelOptions>) => onChange({ ...options, ...change });
  const isChart = !['stat', 'table', 'heatmap'].includes(options.type);
  const { nulls } = options;
  return (
    <form className={classes.options} aria-label="Options" onSubmit={(e) => e.preventDefault()}>
      <Select
        label="Type"
        data={PANEL_TYPES.map((value) => ({ value, label: TYPE_NAMES[value] }))}
        value={options.type}
        allowDeselect={false}
        onChange={(type) => set({ type: (type ?? 'line') as PanelType })}
      />
      {(repeat.repeatable.length > 0 || repeat.repeat !== '') && (
        <Select
          label="Repeat for each value of"
          placeholder="nothing"
          data={[...new Set([...repeat.repeatable, ...(repeat.repeat ? [repeat.repeat] : [])])]}
          value={repeat.repeat || null}
          clearable
          onChange={(variable) => repeat.onRepeat(variable ?? '')}
        />
      )}
      {options.type === 'stat' && (
        <Select
          label="Value"
          data={REDUCTIONS.map(({ id, label }) => ({ value: id, label }))}
          value={options.reduce}
          allowDeselect={false}
          onChange={(reduce) => set({ reduce: (reduce ?? 'last') as PanelOptions['reduce'] })}
        />
      )}
      {options.type === 'table' && (
        <Select
          label="Rows"
          data={ROWS}
          value={options.rows}
          allowDeselect={false}
          onChange={(rows) => set({ rows: (rows ?? 'series') as PanelOptions['rows'] })}
        />
      )}
      {!(options.type === 'table' && options.rows === 'answer') && (
        <>
          <Select
            label="Unit"
            data={UNITS.map(({ id, label }) => ({ value: id, label }))}
            value={options.unit}
            allowDeselect={false}
            onChange={(unit) => set({ unit: (unit ?? 'none') as Unit })}
          />
          {options.type !== 'heatmap' && (
            <>
              <Figure
                name="decimals"
                label="Decimals"
                min={0}
                max={12}
                options={options}
                onChange={onChange}
              />
              <ThresholdList
                thresholds={options.thresholds}
                onChange={(thresholds) => set({ thresholds })}
              />
            </>
          )}
        </>
      )}
      {isChart && (
        <>
          <div className={classes.pair}>
            <Figure name="min" label="Axis from" options={options} onChange={onChange} />
            <Figure name="max" label="Axis to" options={options} onChange={onChange} />
          </div>
          <Switch
            label="Logarithmic axis"
            checked={options.log}
            onChange={(event) => set({ log: event.currentTarget.checked })}
          />
          <Switch
            label="Stack the series"
            checked={options.stack}
            onChange={(event) => set({ stack: event.currentTarget.checked })}
          />
          <Select
            label="Missing samples"
            data={NULLS}
            value={nulls.kind}
            allowDeselect={false}
            onChange={(kind) => set({ nulls: nullMode(kind) })}
          />
          {nulls.kind === 'connect' && (
            <NumberInput
              label="Join gaps of up to (buckets)"
              min={1}
              max={100_000}
              value={nulls.buckets}
              onChange={(value) => set({ nulls: { kind: 'connect', buckets: Number(value) || 1 } })}
            />
          )}
          <Switch
            label="Hide unfinished buckets"
            checked={options.unfinished === 'hidden'}
            onChange={(event) =>
              set({ unfinished: event.currentTarget.checked ? 'hidden' : 'dashed' })
            }
          />
          <OverrideList
            overrides={options.overrides}
            onChange={(overrides) => set({ overrides })}
          />
          <Select
            label="Compare with"
            data={EARLIER}
            value={String(options.compare)}
            allowDeselect={false}
            onChange={(compare) => set({ compare: Number(compare) || 0 })}
          />
          <Select
            label="Legend"
            data={LEGENDS}
            value={options.legend}
            allowDeselect={false}
            onChange={(legend) => set({ legend: (legend ?? 'list') as PanelOptions['legend'] })}
          />
          {options.legend !== 'hidden' && (
            <Select
              label="Order of the legend"
              data={ORDERS}
              value={options.order}
              allowDeselect={false}
              onChange={(order) => set({ order: (order ?? 'name') as PanelOptions['order'] })}
            />
          )}
          <div className={classes.pair}>
            <NumberInput
              label="Largest series"
              min={1}
              max={1000}
              value={options.top}
              onChange={(top) => set({ top: Math.max(1, Number(top) || 50) })}
            />
            <Select
              label="By"
              data={REDUCTIONS.map(({ id, label }) => ({ value: id, label }))}
              value={options.topBy}
              allowDeselect={false}
              onChange={(by) => set({ topBy: (by ?? 'max') as PanelOptions['topBy'] })}
            />
          </div>
        </>
      )}
    </form>
  );
}

function nullMode(kind: string | null): NullMode {
  return kind === 'connect' ? { kind, buckets: 3 } : { kind: kind === 'zero' ? 'zero' : 'gap' };
}

/** A number that may be left to the chart. */
function Figure(
  props: OptionsFormProps & {
    name: 'decimals' | 'min' | 'max';
    label: string;
    min?: number;
    max?: number;
  },
) {
  const { name, label, options, onChange, ...bounds } = props;
  return (
    <NumberInput
      {...bounds}
      label={label}
      placeholder="auto"
      value={options[name] ?? ''}
      onChange={(value) => {
        const { [name]: _, ...others } = options;
        onChange(typeof value === 'number' ? { ...others, [name]: value } : others);
      }}
    />
  );
}
