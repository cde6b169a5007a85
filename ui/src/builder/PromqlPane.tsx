import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import PromqlEditor from '../editor/PromqlEditor';
import { ExpressionProblem } from '../query/executePromql';
import type { Expression, PromqlQuery } from '../query/model';
import { placeInWritten } from '../query/promql';
import type { Run } from '../query/useRun';
import { CommitInput } from './Commit';
import classes from './QueryEditor.module.css';

const NEW: Expression = { expr: '', legend: '' };

export interface PromqlPaneProps {
  /** As written, which may not have run yet. */
  draft: PromqlQuery;
  onDraft: (promql: PromqlQuery) => void;
  onRun: (promql: PromqlQuery) => void;
  run: Run;
  /** How far apart values are. */
  step: ReactNode;
}

/** Expressions of PromQL, over the range or at its end. */
export default function PromqlPane({ draft, onDraft, onRun, run, step }: PromqlPaneProps) {
  const expressions = draft.expressions.length > 0 ? draft.expressions : [NEW];
  const failure = useMemo(() => failureOf(run), [run]);
  const changed = (index: number, next: Partial<Expression>): PromqlQuery => ({
    ...draft,
    expressions: expressions.map((one, i) => (i === index ? { ...one, ...next } : one)),
  });
  return (
    <div className={classes.promql}>
      {expressions.map(({ expr, legend }, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: an expression is its place in the list
          key={index}
          className={classes.expression}
          role="group"
          aria-label={`Expression ${index + 1}`}
        >
          <PromqlEditor
            value={expr}
            onChange={(text) => onDraft(changed(index, { expr: text }))}
            onRun={(text) => onRun(changed(index, { expr: text }))}
            failure={failure?.index === index ? failure : null}
            focused={index === expressions.length - 1}
          />
          <CommitInput
            aria-label={`Legend of expression ${index + 1}`}
            placeholder="Legend, as {{host}}"
            value={legend}
            onCommit={(text) => onRun(changed(index, { legend: text.trim() }))}
          />
          {expressions.length > 1 && (
            <ActionIcon
              aria-label={`Remove expression ${index + 1}`}
              onClick={() =>
                onRun({ ...draft, expressions: expressions.filter((_, i) => i !== index) })
              }
            >
              <IconTrash size={15} />
            </ActionIcon>
          )}
        </div>
      ))}
      <div className={classes.promqlFoot}>
        <SegmentedControl
          size="xs"
          aria-label="When to evaluate"
          data={[
            { value: 'range', label: 'Range' },
            { value: 'instant', label: 'Instant' },
          ]}
          value={draft.instant ? 'instant' : 'range'}
          onChange={(when) => onRun({ ...draft, instant: when === 'instant' })}
        />
        <Button
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onDraft({ ...draft, expressions: [...expressions, NEW] })}
        >
          Expression
        </Button>
        {step}
      </div>
    </div>
  );
}

function failureOf(run: Run) {
  const error = run.phase === 'failed' ? run.error : null;
  if (run.phase !== 'failed' || !(error instanceof ExpressionProblem) || !error.position) {
    return null;
  }
  const { expression: index, position, message } = error;
  const { expr = '', written = '' } = run.request.promql?.expressions[index] ?? {};
  const offset = placeInWritten(position, expr, written);
  return offset === null
    ? null
    : { index, expression: written, position: { ...position, offset }, message };
}
