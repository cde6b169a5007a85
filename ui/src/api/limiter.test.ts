import { describe, expect, it } from 'vitest';
import { limiter } from './limiter';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('the limiter', () => {
  it('runs at most so many at once, in order', async () => {
    const limited = limiter(2);
    const { signal } = new AbortController();
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    const all = gates.map((g, i) =>
      limited(signal, async () => {
        started.push(i);
        await g.opened;
      }),
    );
    await settle();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    for (const g of gates) {
      g.open();
    }
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('never starts what was given up, and frees the place of what fails', async () => {
    const limited = limiter(1);
    const first = gate();
    const abort = new AbortController();
    const { signal } = new AbortController();
    const running = limited(signal, async () => {
      await first.opened;
      throw new Error('broken');
    });
    const abandoned = limited(abort.signal, async () => 'never');
    const last = limited(signal, async () => 'last');
    abort.abort();
    await expect(abandoned).rejects.toThrow('aborted');
    first.open();
    await expect(running).rejects.toThrow('broken');
    await expect(last).resolves.toBe('last');
  });
});
