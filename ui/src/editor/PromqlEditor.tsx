import { linter } from '@codemirror/lint';
import { EditorState, type Extension, StateEffect } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { apiBase } from '../app/base';
import { withoutVariables } from '../query/promql';
import { CodeEditor } from './CodeEditor';
import { type Failure, failureMark } from './failureMark';

export interface PromqlEditorProps {
  value: string;
  onChange: (expression: string) => void;
  onRun: (expression: string) => void;
  /** Where an expression failed, and why; it is marked while that is what is written. */
  failure: (Failure & { expression: string }) | null;
  focused: boolean;
}

const failed = StateEffect.define<null>();
const SOON_MILLIS = 50;

/** An editor for PromQL: completes metrics, labels, values and functions, and marks mistakes. */
export default function PromqlEditor(props: PromqlEditorProps) {
  const view = useRef<EditorView | null>(null);
  const current = useRef(props);
  current.current = props;
  const { failure } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what failed is read when it is marked
  useEffect(() => {
    view.current?.dispatch({ effects: failed.of(null) });
  }, [failure]);
  return (
    <CodeEditor
      label="PromQL"
      value={props.value}
      onChange={props.onChange}
      onRun={props.onRun}
      example="sum by (host) (rate(requests_total[$__rate_interval]))"
      extensions={() => [
        language(),
        failureMarks(() => current.current),
        runByEnter(() => current.current),
      ]}
      focused={props.focused}
      onView={(made) => {
        view.current = made;
      }}
    />
  );
}

/** As in Prometheus' own editor: Enter runs, with Shift it begins a line. */
function runByEnter(props: () => PromqlEditorProps): Extension {
  return keymap.of([
    {
      key: 'Enter',
      run: (editor) => {
        props().onRun(editor.state.doc.toString());
        return true;
      },
      shift: (editor) => {
        editor.dispatch(editor.state.replaceSelection('\n'));
        return true;
      },
    },
  ]);
}

/** Completion asks Prometheus' API below the page's own base. */
function language(): Extension {
  const grammar = new PromQLExtension().activateCompletion(false).activateLinter(false);
  const marks = new PromQLExtension().getLinter().promQL();
  return new PromQLExtension()
    .setComplete({ remote: { url: apiBase.replace(/\/$/, '') } })
    .setLinter({
      // Its grammar knows no variables, and would take `[$__rate_interval]` for a mistake.
      promQL: () => (view) => {
        const doc = withoutVariables(view.state.doc.toString());
        const state = EditorState.create({ doc, extensions: grammar.asExtension() });
        return marks({ state } as EditorView);
      },
    })
    .asExtension();
}

function failureMarks(props: () => PromqlEditorProps): Extension {
  return linter(
    ({ state }) => {
      const { failure } = props();
      if (!failure || failure.expression !== state.doc.toString()) {
        return [];
      }
      return [failureMark(failure, state.doc.length)];
    },
    {
      delay: SOON_MILLIS,
      needsRefresh: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((effect) => effect.is(failed))),
    },
  );
}
