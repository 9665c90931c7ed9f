/** How figures are written: thousands apart by a narrow blank, no more digits than can be meant, "–" for the unknown. */

const BLANK = '\u202f';
export const UNKNOWN = '–';

export function isKnown(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

export function fixed(value: number | null | undefined, digits: number): string {
  if (!isKnown(value)) return UNKNOWN;
  const text = value.toFixed(digits);
  const [whole = '', part] = (/^-0(\.0*)?$/.test(text) ? text.slice(1) : text).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, BLANK).replace('-', '−');
  return part === undefined ? apart : `${apart}.${part}`;
}

/** Three figures that count, none after the point from 100 on. */
export function plain(value: number | null | undefined): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value);
  return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** As `plain`; next to nothing is 0, as people say it. */
export function bare(value: number | null | undefined, least = 0.005): string {
  return isKnown(value) && Math.abs(value) < least ? '0' : plain(value);
}

/** As it was given: a nameplate is not rounded, only its thousands are set apart. */
export function given(value: number): string {
  const text = String(Math.abs(value));
  if (/e/.test(text)) return String(value);
  const digits = text.split('.')[1]?.length ?? 0;
  return fixed(value, Math.min(digits, 6));
}

export function percent(share: number | null | undefined, digits = 1): string {
  return isKnown(share) ? `${fixed(100 * share, digits)}${BLANK}%` : UNKNOWN;
}

/** A figure with its unit; "1" is a share and is written in percent. */
export function withUnit(value: number | null | undefined, unit: string): string {
  if (!isKnown(value)) return UNKNOWN;
  if (unit === '1') return percent(value);
  if (unit === 'kV') return `${fixed(value, 2)}${BLANK}kV`;
  if (unit === 'p.u.') return `${fixed(value, 4)}${BLANK}p.u.`;
  return unit ? `${plain(value)}${BLANK}${unit}` : plain(value);
}
