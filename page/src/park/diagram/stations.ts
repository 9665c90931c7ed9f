/** The names of stations on a diagram that is seen from afar: in a size that can be read, none over another. */
import type { FrameShown } from '../../api/schema';
import { halves, textWidth } from '../../drawing/labels';

export interface StationName {
  id: string;
  lines: readonly string[];
  left: number;
  top: number;
  width: number;
  height: number;
}

const LEADING = 1.15;
const INSIDE = 4;
const GAP = 6;

/** Each name stands in its frame's upper left corner, whole or in two lines, else above the frame; else it is left out. */
export function stationNames(
  frames: readonly FrameShown[],
  nameOf: (id: string) => string,
  zoom: number,
  size: number,
): StationName[] {
  const found: StationName[] = [];
  for (const { id, box } of [...frames].sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)) {
    const name = nameOf(id);
    const room = (box.right - box.left) * zoom - 2 * INSIDE;
    const ways = [[name], halves(name), [id]].map((lines) => sized(id, lines, size));
    const corner = { left: box.left * zoom + INSIDE, top: box.top * zoom + 2 };
    const free = ways
      .flatMap((way) => [
        { ...way, ...corner },
        { ...way, left: corner.left, top: box.top * zoom - way.height - 2 },
      ])
      .map((way, n) => ({ way, cost: (way.width > room ? 3 : 0) + n }))
      .filter(({ way }) => found.every((other) => apart(way, other)))
      .sort((a, b) => a.cost - b.cost)[0];
    if (free) found.push(free.way);
  }
  return found;
}

function sized(id: string, lines: readonly string[], size: number): Omit<StationName, 'left' | 'top'> {
  const width = Math.max(...lines.map((line) => textWidth(line, size, true))) + 2;
  return { id, lines, width, height: lines.length * size * LEADING };
}

function apart(one: StationName, other: StationName): boolean {
  return (
    one.left + one.width + GAP < other.left ||
    other.left + other.width + GAP < one.left ||
    one.top + one.height < other.top ||
    other.top + other.height < one.top
  );
}
