import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Position } from '../api/types';
import { type Names, sqlSupport } from './completion';
import { editorTheme, highlighting } from './editorTheme';

export interface SqlEditorProps {
  value: string;
  onChange: (sql: string) => void;
  onRun: (sql: string) => void;
  /** The query before this one in the history; null if there is none. */
  onEarlier: (sql: string) => string | null;
  /** Where the last run failed, and why. It goes away with the next edit. */
  failure: { position: Position; message: string } | null;
  names: Names;
}

/** An editor for SQL that completes names and marks errors. */
export default function SqlEditor(props: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const current = useRef(props);
  current.current = props;

  useEffect(() => {
    if (!host.current) {
      return;
    }
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: current.current.value,
        extensions: extensions(() => current.current),
      }),
    });
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, []);

  const { value, failure } = props;
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) {
      return;
    }
    const length = editor.state.doc.length;
    const from = Math.min(length, failure?.position.offset ?? 0);
    const to = Math.min(length, from + (failure?.position.length ?? 0));
    const marks = failure
      ? [{ from, to, severity: 'error' as const, message: failure.message }]
      : [];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [failure]);

  return <div ref={host} data-editor="sql" />;
}

function extensions(props: () => SqlEditorProps) {
  const keys = [
    {
      key: 'Mod-Enter',
      run: (editor: EditorView) => {
        props().onRun(editor.state.doc.toString());
        return true;
      },
    },
    {
      key: 'Mod-ArrowUp',
      run: (editor: EditorView) => {
        const earlier = props().onEarlier(editor.state.doc.toString());
        if (earlier !== null) {
          editor.dispatch({
            changes: { from: 0, to: editor.state.doc.length, insert: earlier },
            userEvent: 'input.replace', // a step of its own, which undo takes back
          });
        }
        return true;
      },
    },
  ];
  return [
    Prec.highest(keymap.of(keys)),
    lineNumbers(),
    history(),
    closeBrackets(),
    autocompletion({ icons: false }),
    sqlSupport(() => props().names),
    syntaxHighlighting(highlighting),
    editorTheme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
    placeholder('SELECT ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value FROM samples …'),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) {
        props().onChange(update.state.doc.toString());
      }
    }),
  ];
}
