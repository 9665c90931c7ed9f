/** Labels that never overlap: each takes the best place beside its symbol that is free, the most important first. */

export interface Label {
  id: string;
  lines: readonly string[];
  /** The middle of its symbol, and how far that reaches, in px. */
  x: number;
  y: number;
  reach: number;
  rank: number;
  size: number;
  bold?: boolean;
}

export interface Placed {
  label: Label;
  left: number;
  top: number;
  width: number;
  height: number;
  anchor: 'start' | 'middle' | 'end';
}

export type Rectangle = readonly [left: number, top: number, right: number, bottom: number];
export type Stroke = readonly [x1: number, y1: number, x2: number, y2: number];

const GAP = 3;
const LEADING = 1.2;
/** To the right is best, then left, above, below, and what lies between. */
const SIDES: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [-1, 0, 0.4],
  [0, -1, 0.6],
  [0, 1, 0.7],
  [1, -0.8, 0.9],
  [1, 0.8, 0.9],
  [-1, -0.8, 1.3],
  [-1, 0.8, 1.3],
];
const CROSSED = 1.5;

export function placed(
  labels: readonly Label[],
  symbols: readonly Rectangle[],
  strokes: readonly Stroke[],
  width: (text: string, size: number, bold: boolean) => number,
  within: Rectangle | null = null,
): Placed[] {
  const taken = new Cells();
  for (const symbol of symbols) taken.add(symbol);
  const found: Placed[] = [];
  for (const label of [...labels].sort((a, b) => a.rank - b.rank)) {
    const wide = Math.max(...label.lines.map((line) => width(line, label.size, label.bold ?? false))) + 2;
    const high = label.lines.length * label.size * LEADING;
    let best: Placed | null = null;
    let least = Infinity;
    for (const [sx, sy, cost] of SIDES) {
      if (cost >= least) break;
      const reach = label.reach + GAP;
      const left = sx > 0 ? label.x + reach : sx < 0 ? label.x - reach - wide : label.x - wide / 2;
      const top = label.y - high / 2 + sy * (label.reach + (sx === 0 ? high / 2 + GAP : high / 2 - 2));
      const box: Rectangle = [left, top, left + wide, top + high];
      if (taken.meets(box, label) || (within && juts(box, within))) continue;
      const price = cost + CROSSED * strokes.filter((stroke) => crosses(box, stroke)).length;
      if (price >= least) continue;
      least = price;
      best = { label, left, top, width: wide, height: high, anchor: sx > 0 ? 'start' : sx < 0 ? 'end' : 'middle' };
    }
    if (!best) continue;
    found.push(best);
    taken.add([best.left, best.top, best.left + best.width, best.top + best.height]);
  }
  return found;
}

function juts(box: Rectangle, out: Rectangle): boolean {
  return box[0] < out[0] || box[1] < out[1] || box[2] > out[2] || box[3] > out[3];
}

/** Boxes by the cells of a grid that they touch. */
class Cells {
  readonly #size = 64;
  readonly #cells = new Map<string, Rectangle[]>();

  #each(box: Rectangle, act: (key: string) => boolean | void): boolean {
    const [left, top, right, bottom] = box.map((v) => Math.floor(v / this.#size)) as [number, number, number, number];
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) if (act(`${x} ${y}`)) return true;
    return false;
  }

  add(box: Rectangle): void {
    this.#each(box, (key) => {
      const cell = this.#cells.get(key);
      if (cell) cell.push(box);
      else this.#cells.set(key, [box]);
    });
  }

  /** Whether a box meets another; the label's own symbol, which is about its middle, is none. */
  meets(box: Rectangle, own: Label): boolean {
    return this.#each(box, (key) =>
      (this.#cells.get(key) ?? []).some(
        (other) =>
          box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3] &&
          !(Math.abs(other[0] + other[2] - 2 * own.x) < 0.1 && Math.abs(other[1] + other[3] - 2 * own.y) < 0.1),
      ),
    );
  }
}

/** Whether a line runs through a box, by clipping its parameter to each side (Liang and Barsky 1984). */
export function crosses(box: Rectangle, [x1, y1, x2, y2]: Stroke): boolean {
  let low = 0;
  let high = 1;
  for (const [start, step, near, far] of [
    [x1, x2 - x1, box[0], box[2]],
    [y1, y2 - y1, box[1], box[3]],
  ] as const) {
    if (step === 0) {
      if (start < near || start > far) return false;
      continue;
    }
    const [a, b] = [(near - start) / step, (far - start) / step];
    low = Math.max(low, Math.min(a, b));
    high = Math.min(high, Math.max(a, b));
  }
  return low <= high;
}

/** No name is broken between a figure and its unit. */
const UNIT = /^[kMG]?(V|W|A|Wh|VA)\b/;
/** So many letters further from the middle a break before a bracket still is the better one. */
const BRACKET = 4;
const WORD = /[A-Za-z0-9.%]/;

/** Breaks a name in two near its middle: before a bracket, at a blank, a Chinese one between its characters, but never within a number. */
export function halves(name: string): string[] {
  const middle = name.length / 2;
  const cjk = /[\u2e80-\uffef]/.test(name);
  const breaks = [...name].flatMap((letter, k) => {
    const before = name[k - 1] ?? '';
    const inside = (WORD.test(before) && WORD.test(letter)) || /[（(]/.test(before) || /[）)，、]/.test(letter);
    const united = /\d $/.test(name.slice(0, k)) && UNIT.test(name.slice(k));
    return k > 1 && k < name.length - 1 && (cjk ? !inside : before === ' ' && !united) ? [k] : [];
  });
  if (breaks.length === 0) return [name];
  const cost = (k: number): number => Math.abs(k - middle) - (/[（(]/.test(name[k]!) ? BRACKET : 0);
  const at = breaks.reduce((a, b) => (cost(b) < cost(a) ? b : a));
  return [name.slice(0, at).trim(), name.slice(at).trim()];
}

const widths = new Map<string, number>();
let pen: CanvasRenderingContext2D | null = null;
let font = '';

/** The width of a text in the page's own font, in px. */
export function textWidth(text: string, size: number, bold: boolean): number {
  const key = `${bold ? 'b' : ''}${size} ${text}`;
  let found = widths.get(key);
  if (found === undefined) {
    pen ??= document.createElement('canvas').getContext('2d')!;
    font ||= getComputedStyle(document.body).fontFamily;
    pen.font = `${bold ? '620 ' : ''}${size}px ${font}`;
    found = pen.measureText(text).width;
    widths.set(key, found);
  }
  return found;
}
