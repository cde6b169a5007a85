import {
  Autocomplete,
  type AutocompleteProps,
  TextInput,
  type TextInputProps,
} from '@mantine/core';
import { type KeyboardEvent, useEffect, useState } from 'react';

interface Committing {
  value: string;
  onCommit: (value: string) => void;
}

/** What is typed counts once Enter is pressed or the field is left; Escape takes it back. */
function useDraft({ value, onCommit }: Committing) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (next: string) => {
    setDraft(next);
    if (next !== value) {
      onCommit(next);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      commit(draft);
    } else if (event.key === 'Escape') {
      setDraft(value);
    }
  };
  return { draft, setDraft, commit, onKeyDown };
}

export function CommitInput({ value, onCommit, ...props }: Committing & TextInputProps) {
  const { draft, setDraft, commit, onKeyDown } = useDraft({ value, onCommit });
  return (
    <TextInput
      {...props}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => commit(draft)}
      onKeyDown={onKeyDown}
    />
  );
}

export function CommitAutocomplete({ value, onCommit, ...props }: Committing & AutocompleteProps) {
  const { draft, setDraft, commit, onKeyDown } = useDraft({ value, onCommit });
  return (
    <Autocomplete
      limit={50}
      maxDropdownHeight={280}
      {...props}
      value={draft}
      onChange={setDraft}
      onOptionSubmit={commit}
      onBlur={() => commit(draft)}
      onKeyDown={onKeyDown}
    />
  );
}
