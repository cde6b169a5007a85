const UNITS = [
  { suffix: 'd', seconds: 86_400 },
  { suffix: 'h', seconds: 3600 },
  { suffix: 'm', seconds: 60 },
  { suffix: 's', seconds: 1 },
] as const;

/** `45 s`, `2 m 30 s`, `1 d 4 h`: the two largest units that matter. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(Math.abs(seconds));
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) {
      parts.push(`${count} ${unit.suffix}`);
    } else if (parts.length > 0) {
      break;
    }
    if (parts.length === 2) {
      break;
    }
  }
  return parts.length > 0 ? `${seconds < 0 ? '-' : ''}${parts.join(' ')}` : '0 s';
}

/** Seconds of `5s`, `1m`, `2h`, `1d` or a bare number; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^\s*(\d{1,9})\s*([smhd]?)\s*$/.exec(text);
  if (!match) {
    return null;
  }
  const unit = UNITS.find((candidate) => candidate.suffix === match[2]);
  const seconds = Number(match[1]) * (unit?.seconds ?? 1);
  return seconds > 0 ? seconds : null;
}

/** The shortest text that {@link parseDuration} reads back: `90s`, `5m`, `1h`. */
export function shortDuration(seconds: number): string {
  const unit = UNITS.find((candidate) => seconds % candidate.seconds === 0) ?? UNITS[3];
  return `${seconds / unit.seconds}${unit.suffix}`;
}

/** `12 s ago`, `in 5 m`, `now`. */
export function formatAgo(seconds: number): string {
  if (Math.abs(seconds) < 1) {
    return 'now';
  }
  return seconds > 0 ? `${formatDuration(seconds)} ago` : `in ${formatDuration(-seconds)}`;
}
