/** A ring, partly filled. */
export function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true" fill="none">
      <circle cx="16" cy="16" r="11" stroke="var(--line-strong)" strokeWidth="6" opacity="0.45" />
      <path
        d="M16 5a11 11 0 1 1-9.5 16.5"
        stroke="var(--accent)"
        strokeWidth="6"
        strokeLinecap="round"
      />
    </svg>
  );
}
