// Runs before the first paint, so that a chosen theme does not flash the other one.
(() => {
  let chosen = 'auto';
  try {
    chosen = JSON.parse(localStorage.getItem('annulus.preferences') ?? '{}').theme ?? 'auto';
  } catch {
    // Storage may be off or hold something else; then the system's theme is right.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = chosen === 'auto' ? (dark ? 'dark' : 'light') : chosen;
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
