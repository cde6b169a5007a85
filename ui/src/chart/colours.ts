import type { ChartType } from './options';
import type { Unit } from './units';

/**
 * Colours of series, the same number for both themes: ten hues, equally far apart, each with a contrast of at
 * least 3 : 1 with the background. From the second round on a dash pattern tells them apart.
 */
export const COLOURS: Readonly<Record<'light' | 'dark', readonly string[]>> = {
  light: [
    '#0574c7',
    '#e14d2c',
    '#239a19',
    '#b956c8',
    '#c07b03',
    '#0796ae',
    '#b62268',
    '#7e7805',
    '#6047c8',
    '#087a69',
  ],
  dark: [
    '#52a9fe',
    '#ff8164',
    '#6ac361',
    '#ed99fa',
    '#fea92f',
    '#02dbfd',
    '#dc6292',
    '#d2ca34',
    '#9286f5',
    '#09b198',
  ],
};

const COUNT = COLOURS.light.length;
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** How a series looks: the index of its colour, and a dash pattern once colours come again. */
export interface Look {
  colour: number;
  dash: readonly number[];
  /** Whether its axis is the one on the right. */
  right?: boolean;
  /** Where it is another than the chart's, as is the next. */
  unit?: Unit;
  type?: ChartType;
}

/**
 * Looks for series, by name. A name keeps its colour on every chart, unless another series of the
 * same chart has it already; then it takes the next free one.
 */
export function assignLooks(names: readonly string[]): Map<string, Look> {
  const looks = new Map<string, Look>();
  let taken = new Set<number>();
  for (const name of [...new Set(names)].sort()) {
    if (taken.size === COUNT) {
      taken = new Set();
    }
    let colour = hash(name) % COUNT;
    while (taken.has(colour)) {
      colour = (colour + 1) % COUNT;
    }
    taken.add(colour);
    const cycle = Math.floor(looks.size / COUNT);
    looks.set(name, { colour, dash: DASHES[cycle % DASHES.length] ?? [] });
  }
  return looks;
}

/** FNV-1a with a final mix, so that names which differ in one digit get far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
