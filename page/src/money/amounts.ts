/** Amounts in whole fen, written to the last figure; no amount is ever a fraction here. */

const BLANK = '\u202f';

/** 6755708336 fen is 67 557 083.36. */
export function money(fen: number | null | undefined, signed = false): string {
  if (fen === null || fen === undefined || !Number.isSafeInteger(fen)) return '–';
  const size = Math.abs(fen);
  const rest = size % 100;
  const whole = String((size - rest) / 100).replace(/\B(?=(\d{3})+$)/g, BLANK);
  const sign = fen < 0 ? '−' : signed && fen > 0 ? '+' : '';
  return `${sign}${whole}.${String(rest).padStart(2, '0')}`;
}

/** The part that a difference is of an amount, with its sign. */
export function changeOf(difference: number | null | undefined, of: number): string {
  if (difference === null || difference === undefined || of === 0) return '–';
  const part = (100 * difference) / Math.abs(of);
  const text = Math.abs(part).toFixed(1);
  return `${text === '0.0' ? '' : part < 0 ? '−' : '+'}${text}${BLANK}%`;
}
