/** Small lines: a year of hours in as many columns as there are px, each from its least to its largest value. */

export interface Line {
  from: number;
  to: number;
  width: number;
  height: number;
  low: number;
  high: number;
  colour: string;
  filled: boolean;
}

export function extent(values: Float32Array, from: number, to: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let k = from; k < to; k++) {
    const value = values[k]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Draws what is known; an unknown hour is a gap. With fewer hours than px it is a staircase: an hour is a span. */
export function drawLine(pen: CanvasRenderingContext2D, values: Float32Array, line: Line): void {
  const { from, to, width, height, low, high, colour, filled } = line;
  const count = to - from;
  const y = (value: number): number => height - 2 - ((value - low) / (high - low || 1)) * (height - 4);
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  if (count <= width) {
    pen.lineWidth = 1.4;
    pen.beginPath();
    let pen_down = false;
    for (let k = from; k < to; k++) {
      const value = values[k]!;
      const x = ((k - from) / count) * width;
      if (!Number.isFinite(value)) {
        pen_down = false;
        continue;
      }
      if (filled) {
        pen.globalAlpha = 0.34;
        pen.fillRect(x, y(value), width / count + 0.5, height - y(value));
        pen.globalAlpha = 1;
      }
      if (pen_down) pen.lineTo(x, y(value));
      else pen.moveTo(x, y(value));
      pen.lineTo(((k + 1 - from) / count) * width, y(value));
      pen_down = true;
    }
    if (!filled) pen.stroke();
    return;
  }
  const means: [number, number][] = [];
  pen.globalAlpha = filled ? 0.34 : 0.28;
  for (let x = 0; x < width; x++) {
    const start = from + Math.floor((x / width) * count);
    const stop = from + Math.max(Math.floor(((x + 1) / width) * count), Math.floor((x / width) * count) + 1);
    let least = Infinity;
    let most = -Infinity;
    let sum = 0;
    let known = 0;
    for (let k = start; k < stop; k++) {
      const value = values[k]!;
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
      sum += value;
      known += 1;
    }
    if (known === 0) continue;
    if (filled) pen.fillRect(x, y(sum / known), 1, height - y(sum / known));
    else {
      pen.fillRect(x, y(most), 1, Math.max(1, y(least) - y(most)));
      means.push([x + 0.5, y(sum / known)]);
    }
  }
  pen.globalAlpha = 1;
  pen.lineWidth = 1;
  pen.beginPath();
  means.forEach(([x, at], n) => (n > 0 && x - means[n - 1]![0] < 2 ? pen.lineTo(x, at) : pen.moveTo(x, at)));
  pen.stroke();
}

export interface Tones {
  green: string;
  ink: string;
  price: string;
  muted: string;
  chosen: string;
}

/** The colours of the page as a canvas needs them. */
export function tones(element: Element): Tones {
  const style = getComputedStyle(element);
  const tone = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return { green: tone('green'), ink: tone('ink'), price: tone('price'), muted: tone('muted'), chosen: tone('chosen') };
}
