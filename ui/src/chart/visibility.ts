/** Which series are drawn: only some, or all but some, by name. */
export interface Visibility {
  mode: 'only' | 'hide';
  names: readonly string[];
}

export const ALL_VISIBLE: Visibility = { mode: 'hide', names: [] };

export function isShown(visibility: Visibility, name: string): boolean {
  return visibility.names.includes(name) === (visibility.mode === 'only');
}

/**
 * After a click on a name. A plain click isolates it, or shows all again if it was alone; with a
 * modifier it hides or shows just that one.
 */
export function toggled(
  before: Visibility,
  all: readonly string[],
  name: string,
  withModifier: boolean,
): Visibility {
  if (!withModifier) {
    const isAlone = all.every((other) => isShown(before, other) === (other === name));
    return isAlone ? ALL_VISIBLE : { mode: 'only', names: [name] };
  }
  const names = before.names.includes(name)
    ? before.names.filter((other) => other !== name)
    : [...before.names, name];
  return names.length === 0 ? ALL_VISIBLE : { ...before, names };
}

const ONLY = 'only';
const HIDE = 'hide';

export function readVisibility(params: URLSearchParams): Visibility {
  const only = params.getAll(ONLY);
  return only.length > 0
    ? { mode: 'only', names: only }
    : { mode: 'hide', names: params.getAll(HIDE) };
}

export function writeVisibility(visibility: Visibility, params: URLSearchParams): void {
  params.delete(ONLY);
  params.delete(HIDE);
  for (const name of visibility.names) {
    params.append(visibility.mode, name);
  }
}
