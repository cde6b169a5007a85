import { Checkbox, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './Finder.module.css';
import { chosenValues, withToggled } from './search';
import { useTagFacets, useValueFacets } from './useFacets';

const SHOWN = 100;
/** From so many values on there is a field to find one. */
const MANY = 12;

export interface TagFacetsProps {
  /** What is searched for. */
  search: string;
  onSearch: (search: string) => void;
}

/** The tags of what a search finds; choosing values of them narrows it. */
export function TagFacets({ search, onSearch }: TagFacetsProps) {
  const tags = useTagFacets(search);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (tag: string) => {
    const next = new Set(opened);
    if (!next.delete(tag)) {
      next.add(tag);
    }
    setOpened(next);
  };
  return (
    <section className={classes.facets} aria-label="Tags">
      <h2>Tags</h2>
      {tags?.length === 0 && <p className="dim">None of these series has a tag.</p>}
      <ul>
        {tags?.map(({ text: tag, series }) => {
          const chosen = chosenValues(search, tag);
          const isOpen = opened.has(tag) || chosen.length > 0;
          const Chevron = isOpen ? IconChevronDown : IconChevronRight;
          return (
            <li key={tag}>
              <button
                type="button"
                className={classes.tag}
                aria-expanded={isOpen}
                onClick={() => toggle(tag)}
              >
                <Chevron size={14} aria-hidden="true" />
                <span>{tag}</span>
                <span className="dim">{series.toLocaleString('en')}</span>
              </button>
              {isOpen && <Values tag={tag} chosen={chosen} search={search} onSearch={onSearch} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Values(props: TagFacetsProps & { tag: string; chosen: readonly string[] }) {
  const { tag, chosen, search, onSearch } = props;
  const [wanted, setWanted] = useState('');
  const values = useValueFacets(search, tag) ?? [];
  const word = wanted.trim().toLowerCase();
  const found = values.filter(
    ({ text }) => chosen.includes(text) || text.toLowerCase().includes(word),
  );
  return (
    <div className={classes.values} role="group" aria-label={`Values of ${tag}`}>
      {values.length > MANY && (
        <TextInput
          size="xs"
          aria-label={`Find a value of ${tag}`}
          placeholder={`${values.length.toLocaleString('en')} values`}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {found.slice(0, SHOWN).map(({ text, series }) => (
        <div key={text} className={classes.value}>
          <Checkbox
            size="xs"
            label={text === '' ? '(empty)' : text}
            checked={chosen.includes(text)}
            onChange={() => onSearch(withToggled(search, tag, text))}
          />
          <span className="dim">{series.toLocaleString('en')}</span>
        </div>
      ))}
      {found.length > SHOWN && (
        <p className="dim">and {(found.length - SHOWN).toLocaleString('en')} more</p>
      )}
    </div>
  );
}
