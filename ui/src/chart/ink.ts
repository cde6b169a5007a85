import type { Ink } from './plot';

/** The colours of a theme, as they are where an element is. */
export function inkOf(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read('--dim'),
    grid: read('--grid'),
    warn: read('--warn'),
    bad: read('--bad'),
    sunken: read('--sunken'),
    accent: read('--accent'),
    note: read('--note'),
  };
}
