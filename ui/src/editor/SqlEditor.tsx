import { setDiagnostics } from '@codemirror/lint';
import { type EditorView, type KeyBinding, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { CodeEditor } from './CodeEditor';
import { type Names, sqlSupport } from './completion';
import { type Failure, failureMark } from './failureMark';

export interface SqlEditorProps {
  value: string;
  onChange: (sql: string) => void;
  onRun: (sql: string) => void;
  /** The query before this one in the history; null if there is none. */
  onEarlier: (sql: string) => string | null;
  /** Where the last run failed, and why. It goes away with the next edit. */
  failure: Failure | null;
  names: Names;
}

/** An editor for SQL that completes names and marks errors. */
export default function SqlEditor(props: SqlEditorProps) {
  const view = useRef<EditorView | null>(null);
  const current = useRef(props);
  current.current = props;

  const { failure } = props;
  useEffect(() => {
    const editor = view.current;
    if (!editor) {
      return;
    }
    const marks = failure ? [failureMark(failure, editor.state.doc.length)] : [];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [failure]);

  return (
    <CodeEditor
      label="SQL"
      value={props.value}
      onChange={props.onChange}
      onRun={props.onRun}
      example="SELECT ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value FROM samples …"
      extensions={() => [lineNumbers(), sqlSupport(() => current.current.names)]}
      keys={[earlier((sql) => current.current.onEarlier(sql))]}
      focused
      onView={(made) => {
        view.current = made;
      }}
    />
  );
}

function earlier(before: (sql: string) => string | null): KeyBinding {
  return {
    key: 'Mod-ArrowUp',
    run: (editor) => {
      const insert = before(editor.state.doc.toString());
      if (insert !== null) {
        editor.dispatch({
          changes: { from: 0, to: editor.state.doc.length, insert },
          userEvent: 'input.replace', // a step of its own, which undo takes back
        });
      }
      return true;
    },
  };
}
