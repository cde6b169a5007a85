/**
 * Colours of series, the same number for both themes: each has a contrast of at least 3 : 1 with
 * the background, and the first twelve differ in hue. Twelve darker or lighter ones follow.
 */
export const COLOURS: Readonly<Record<'light' | 'dark', readonly string[]>> = {
  light: [
    '#0d83de',
    '#0d9a47',
    '#da4433',
    '#935edf',
    '#a17904',
    '#029393',
    '#d4407c',
    '#138db1',
    '#768c02',
    '#bb4cb5',
    '#c06408',
    '#636fef',
    '#055492',
    '#07642c',
    '#942318',
    '#613897',
    '#694e00',
    '#045f5f',
    '#8f204f',
    '#045b74',
    '#4c5a05',
    '#7d2a79',
    '#7e3f05',
    '#3e45a3',
  ],
  dark: [
    '#63b0fd',
    '#51c672',
    '#fe816e',
    '#ba92fe',
    '#d5a214',
    '#14c3c3',
    '#fa7ba7',
    '#02bced',
    '#9eb92e',
    '#e282da',
    '#f68c36',
    '#93a3fe',
    '#0d83de',
    '#0d9a47',
    '#d24e3e',
    '#9163d5',
    '#a17904',
    '#029393',
    '#cc4a7c',
    '#138db1',
    '#768c02',
    '#b654b0',
    '#c06408',
    '#6572e4',
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
