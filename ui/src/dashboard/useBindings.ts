import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TagFilter } from '../query/model';
import type { Binding, Bindings } from '../query/variables';
import { parseDuration } from '../time/duration';
import { usePageTime } from '../time/TimeProvider';
import { readFilters } from '../url/filters';
import { changeParams, useParams } from '../url/params';
import { boundQuery, choicesOf, listed } from './choices';
import type { Variable } from './model';

/** What a variable is set to, and what it could be. */
export interface Bound {
  bindings: Bindings;
  choices: Readonly<Record<string, readonly string[]>>;
  /** Filters of the link, for all metrics that have their tag. */
  everywhere: readonly TagFilter[];
  /** Whether the choices are known, which "all" in SQL needs. */
  known: boolean;
}

/** The parameter of a link that holds a variable's choice; an empty one stands for all. */
function parameter(variable: Variable): string {
  return `var-${variable.name}`;
}

export function useBindings(variables: readonly Variable[]): Bound {
  const params = useParams();
  const { range, text } = usePageTime();
  const bindings = useMemo(
    () =>
      Object.fromEntries(variables.map((variable) => [variable.name, bindingOf(variable, params)])),
    [variables, params],
  );
  const { choices, known } = useQueries({
    queries: variables.map((variable) => {
      const query = boundQuery(variable, bindings);
      const { kind, metric, tag, regex } = variable;
      return {
        queryKey:
          kind === 'tag' ? ['choices', metric, tag] : ['choices', query, regex, text.from, text.to],
        queryFn: ({ signal }: { signal: AbortSignal }) => choicesOf(variable, query, range, signal),
        enabled: kind === 'tag' || kind === 'query',
      };
    }),
    combine: (results) => ({
      known: results.every((result, i) => !isAsked(variables[i]) || !result.isPending),
      choices: Object.fromEntries(
        variables.map(({ kind, name, query }, i) => [
          name,
          kind === 'list' ? listed(query) : (results[i]?.data ?? []),
        ]),
      ),
    }),
  });
  const everywhere = useMemo(() => readFilters(params), [params]);
  return { bindings, everywhere, choices, known };
}

/** @param values null for all, no text or automatic */
export function bind(variable: Variable, values: readonly string[] | null): void {
  changeParams((p) => {
    p.delete(parameter(variable));
    for (const value of values ?? ['']) {
      p.append(parameter(variable), value);
    }
  }, 'push');
}

function bindingOf(variable: Variable, params: URLSearchParams): Binding {
  const values = chosen(variable, params);
  switch (variable.kind) {
    case 'tag':
    case 'query':
    case 'list':
      return { kind: 'values', values };
    case 'text':
      return { kind: 'text', text: values?.[0] ?? '' };
    case 'interval':
      return { kind: 'interval', seconds: parseDuration(values?.[0] ?? '') };
  }
}

function isAsked(variable: Variable | undefined): boolean {
  return variable?.kind === 'tag' || variable?.kind === 'query';
}

function chosen(variable: Variable, params: URLSearchParams): readonly string[] | null {
  const values = params.getAll(parameter(variable));
  if (values.length === 0) {
    return variable.initial;
  }
  return values.includes('') ? null : values;
}
