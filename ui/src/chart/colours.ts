/**
 * Colours of series, the same number for both themes: ten hues far apart, each with a contrast of at
 * least 3 : 1 with the background. From the second round on a dash pattern tells them apart.
 */
export const COLOURS: Readonly<Record<'light' | 'dark', readonly string[]>> = {
  light: [
    '#017dd6',
    '#e16c10',
    '#079343',
    '#c568cb',
    '#068c8c',
    '#e8605b',
    '#7366d9',
    '#8f9009',
    '#c04688',
    '#bd7f06',
  ],
  dark: [
    '#52a9fe',
    '#f8934c',
    '#3fc168',
    '#e585eb',
    '#08bcbc',
    '#ff8079',
    '#9c95fe',
    '#babb18',
    '#f072b3',
    '#efa105',
  ],
};

const COUNT = COLOURS.light.length;
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** How a series looks: the index of its colour, and a dash pattern once colours come again. */
export interface Look {
  colour: number;
  dash: readonly number[];
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
