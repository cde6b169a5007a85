/**
 * Lets only so many tasks run at once; the others wait in order. A task whose signal aborts while
 * it waits never starts.
 */
export function limiter(most: number) {
  let running = 0;
  const waiting: (() => void)[] = [];

  return async function limited<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (running < most) {
      running++;
    } else {
      await turn(signal);
    }
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      handOver();
    }
  };

  /** Gives this place to the next in line, so that nobody can slip in between. */
  function handOver(): void {
    const next = waiting.shift();
    if (next) {
      next();
    } else {
      running--;
    }
  }

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(signal.reason);
      };
      waiting.push(start);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}

/**
 * Shared by everything that draws. Browsers keep about six connections to one server; one stays
 * free for what somebody has just asked for, such as a search.
 */
export const inTurn = limiter(5);
