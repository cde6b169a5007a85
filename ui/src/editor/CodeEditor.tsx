import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, type KeyBinding, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorTheme, highlighting } from './editorTheme';

export interface CodeEditorProps {
  /** Names the field. */
  label: string;
  value: string;
  onChange: (text: string) => void;
  onRun: (text: string) => void;
  /** What is there until something is written. */
  example: string;
  /** The language, made once. */
  extensions: () => Extension;
  /** Go before all others. */
  keys?: readonly KeyBinding[];
  /** Whether it takes the focus when it appears. */
  focused: boolean;
  /** Gets the editor once it is there. */
  onView?: (view: EditorView) => void;
}

/** An editor for a language. */
export function CodeEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const current = useRef(props);
  current.current = props;

  useEffect(() => {
    if (!host.current) {
      return;
    }
    const { value, focused, onView } = current.current;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({ doc: value, extensions: allOf(() => current.current) }),
    });
    view.current = made;
    onView?.(made);
    if (focused) {
      made.focus();
    }
    return () => made.destroy();
  }, []);

  const { value } = props;
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  return <div ref={host} data-editor={props.label.toLowerCase()} />;
}

function allOf(props: () => CodeEditorProps): Extension {
  const { label, example, extensions, keys = [] } = props();
  const run: KeyBinding = {
    key: 'Mod-Enter',
    run: (editor) => {
      props().onRun(editor.state.doc.toString());
      return true;
    },
  };
  return [
    Prec.highest(keymap.of([run, ...keys])),
    history(),
    closeBrackets(),
    autocompletion({ icons: false }),
    extensions(),
    syntaxHighlighting(highlighting),
    editorTheme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    placeholder(example),
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
