// Runs before the first paint and before any module.
(() => {
  // A chosen theme must not flash the other one.
  let chosen = 'auto';
  try {
    chosen = JSON.parse(localStorage.getItem('annulus.preferences') ?? '{}').theme ?? 'auto';
  } catch {
    // Storage may be off or hold something else; then the system's theme is right.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = chosen === 'auto' ? (dark ? 'dark' : 'light') : chosen;
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);

  // Under a POSIX locale Chromium names a language that Intl refuses, and uPlot asks Intl for it
  // while it is loaded: the page would stay blank.
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US' });
  }
})();
