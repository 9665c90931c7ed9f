/** How a map looks from a certain nearness: what is drawn as one, what is set aside, where each line runs. */
import type { Km, MapOfPark, Span, Spot } from './places';
import { REACH, REACH_ELSE } from '../../drawing/symbols';

export interface Mark {
  /** The spot's id; of a cluster that of its largest. */
  id: string;
  kind: string;
  spots: readonly Spot[];
  x: number;
  y: number;
  reach: number;
  rank: number;
}

export interface Way {
  span: Span;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface FeederWay {
  unit: string;
  mark: string;
  points: readonly [number, number, number, number];
}

export interface Layout {
  marks: readonly Mark[];
  ways: readonly Way[];
  feeders: readonly FeederWay[];
}

/** Symbols of one kind nearer than this are drawn as one, in px. */
const NEAR_PX: Record<string, number> = { enterprise: 30 };
const NEAR_ELSE_PX = 17;
const LANE_PX = 6.2;

/** Lays a map out at px per km; `open` draws nothing as one but sets all beside each other. */
export function layoutOf(map: MapOfPark, zoom: number, open: boolean, unit = 1): Layout {
  const at = ([east, south]: Km): [number, number] => [east * zoom, south * zoom];
  const marks: Mark[] = [];
  const movable: Mark[] = [];
  const groups = open ? map.spots.map((s) => [s]) : gathered(map.spots, zoom, unit);
  for (const spots of groups) {
    const first = spots[0]!;
    const many = spots.length > 1;
    const [x, y] = many ? middle(spots.map((s) => at(s.at))) : at(first.at);
    const reach = many ? clusterReach(spots.length) : (REACH[first.kind] ?? REACH_ELSE);
    const mark: Mark = { id: first.id, kind: first.kind, spots, x, y, reach: reach * unit, rank: first.rank };
    (first.kind === 'substation' || first.kind === 'bus' ? marks : movable).push(mark);
  }
  movable.sort((a, b) => a.rank - b.rank || b.spots[0]!.size - a.spots[0]!.size);
  for (const mark of movable) marks.push(setAside(mark, marks));
  const markOf = new Map(marks.flatMap((m) => m.spots.map((s) => [s.id, m])));
  return {
    marks,
    ways: map.spans.map((span) => lane(span, at(span.from), at(span.to), unit)),
    feeders: map.feeders.flatMap((f) => {
      const mark = markOf.get(f.spot);
      const [x, y] = at(f.to);
      return mark ? [{ unit: f.unit, mark: mark.id, points: [mark.x, mark.y, x, y] as const }] : [];
    }),
  };
}

export function clusterReach(count: number): number {
  return 9 + 1.7 * Math.sqrt(count);
}

function gathered(spots: readonly Spot[], zoom: number, unit: number): Spot[][] {
  const groups: Spot[][] = [];
  for (const spot of [...spots].sort((a, b) => b.size - a.size)) {
    const near = (NEAR_PX[spot.kind] ?? NEAR_ELSE_PX) * unit;
    const alone = spot.kind === 'substation' || spot.kind === 'bus';
    const home = alone
      ? undefined
      : groups.find((g) => g[0]!.kind === spot.kind && zoom * Math.hypot(g[0]!.at[0] - spot.at[0], g[0]!.at[1] - spot.at[1]) < near);
    if (home) home.push(spot);
    else groups.push([spot]);
  }
  return groups;
}

function middle(points: readonly [number, number][]): [number, number] {
  const sum = points.reduce((s, p) => [s[0] + p[0], s[1] + p[1]] as [number, number], [0, 0] as [number, number]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Sets a symbol that would cover another one beside it, on rings around its place. */
function setAside(mark: Mark, others: readonly Mark[]): Mark {
  const free = (x: number, y: number): boolean =>
    others.every((o) => Math.hypot(o.x - x, o.y - y) > (o.reach + mark.reach) * 0.98 + 1);
  for (let ring = 0; ring < 12; ring++) {
    const spots = ring === 0 ? 1 : 6 * ring;
    const far = ring * mark.reach * 1.15 + (ring > 0 ? mark.reach : 0);
    for (let k = 0; k < spots; k++) {
      const angle = (2 * Math.PI * k) / spots + 0.5;
      const [x, y] = [mark.x + far * Math.cos(angle), mark.y + far * Math.sin(angle)];
      if (free(x, y)) return { ...mark, x, y };
    }
  }
  return mark;
}

/** Moves a circuit to its lane, always to the same hand, so that parallel circuits never cross. */
function lane(span: Span, [x1, y1]: [number, number], [x2, y2]: [number, number], unit: number): Way {
  const turned = x1 > x2 || (x1 === x2 && y1 > y2) ? -1 : 1;
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const off = span.lane * LANE_PX * unit * turned;
  const [dx, dy] = [(-(y2 - y1) / length) * off, ((x2 - x1) / length) * off];
  return { span, x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy };
}
