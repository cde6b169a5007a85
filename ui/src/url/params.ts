import { useMemo } from 'react';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

/** The parameters of the current link. */
export function useParams(): URLSearchParams {
  const search = useSearch();
  return useMemo(() => new URLSearchParams(search), [search]);
}

/**
 * Changes parameters of the current link: as a step that the Back button undoes, or silently.
 * Reads the link when called, so that several changes in a row add up.
 */
export function changeParams(
  change: (params: URLSearchParams) => void,
  step: 'push' | 'replace',
): void {
  const { pathname, search } = window.location;
  const params = new URLSearchParams(search);
  change(params);
  const next = params.toString();
  if (next !== new URLSearchParams(search).toString()) {
    navigate(next ? `${pathname}?${next}` : pathname, { replace: step === 'replace' });
  }
}

/** Sets a parameter, or removes it if there is no value. */
export function put(params: URLSearchParams, name: string, value: string | null | undefined): void {
  if (value) {
    params.set(name, value);
  } else {
    params.delete(name);
  }
}
