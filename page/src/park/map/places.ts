/** Where the things of a park stand on its map, in km east and south of its middle. */
import type { ParkShown, ThingShown } from '../../api/schema';

/** Mean radius of the earth (IUGG). */
const EARTH_RADIUS_KM = 6371.0088;

export type Place = readonly [latitude: number, longitude: number];
export type Km = readonly [east: number, south: number];

/** A symbol's place before one knows how near one looks. */
export interface Spot {
  id: string;
  kind: string;
  thing: ThingShown;
  at: Km;
  /** MW, by which the larger is named first. */
  size: number;
  /** Which labels choose their place first. */
  rank: number;
}

/** A line between two places; `lane` sets parallel circuits beside each other (0 is the middle). */
export interface Span {
  thing: ThingShown;
  from: Km;
  to: Km;
  lane: number;
  cable: boolean;
}

/** The way from a unit, or from an enterprise's load, to its busbar. */
export interface Feeder {
  /** The unit whose power it carries. */
  unit: string;
  /** The symbol that it belongs to. */
  spot: string;
  from: Km;
  to: Km;
}

export interface MapOfPark {
  spots: readonly Spot[];
  spans: readonly Span[];
  feeders: readonly Feeder[];
}

export const SOURCES: readonly string[] = ['wind_farm', 'pv_plant', 'thermal_unit', 'generator', 'storage'];
const UNITS: readonly string[] = [...SOURCES, 'grid', 'potline'];
const RANKS: Record<string, number> = {
  grid: 0,
  wind_farm: 1,
  pv_plant: 1,
  thermal_unit: 1,
  generator: 1,
  potline: 2,
  substation: 3,
  storage: 4,
  enterprise: 6,
  bus: 7,
};

/** Equirectangular about the middle: x = R cos(lat0) (lon - lon0), y = R (lat0 - lat), one scale for both. */
export function projection(middle: Place): (place: Place) => Km {
  const perDegree = (EARTH_RADIUS_KM * Math.PI) / 180;
  const shortened = Math.cos((middle[0] * Math.PI) / 180);
  return ([latitude, longitude]) => [
    (longitude - middle[1]) * perDegree * shortened,
    (middle[0] - latitude) * perDegree,
  ];
}

export function middleOf(things: readonly ThingShown[]): Place | null {
  const places = things.flatMap((t) => (t.place ? [t.place] : []));
  if (places.length === 0) return null;
  const side = (k: 0 | 1): number => {
    const all = places.map((p) => p[k]);
    return (Math.min(...all) + Math.max(...all)) / 2;
  };
  return [side(0), side(1)];
}

/** Everything of the park that has a place; `middle` is kept over the stages so that nothing jumps. */
export function mapOf(park: ParkShown, middle: Place): MapOfPark {
  const km = projection(middle);
  const things = new Map(park.things.map((t) => [t.id, t]));
  const placeOf = (id: string | undefined): Km | null => {
    const place = things.get(id ?? '')?.place;
    return place ? km(place) : null;
  };
  const spots: Spot[] = [];
  const feeders: Feeder[] = [];
  const put = (thing: ThingShown, at: Km, size: number): void => {
    spots.push({ id: thing.id, kind: thing.kind, thing, at, size, rank: RANKS[thing.kind] ?? 8 });
  };
  for (const thing of park.things) {
    const at = placeOf(thing.id);
    if (thing.kind === 'substation' && at) put(thing, at, 0);
    if (thing.kind === 'bus' && at && apart(at, placeOf(thing.substation ?? undefined))) put(thing, at, 0);
    if (!UNITS.includes(thing.kind) || !at) continue;
    put(thing, at, thing.p_nom_mw ?? 0);
    const bus = placeOf(thing.buses[0]);
    if (bus) feeders.push({ unit: thing.id, spot: thing.id, from: at, to: bus });
  }
  const smelters = new Set(park.things.filter((t) => t.kind === 'potline').map((t) => t.enterprise));
  for (const enterprise of park.things.filter((t) => t.kind === 'enterprise' && !smelters.has(t.id))) {
    const loads = park.things.filter((t) => t.kind === 'load' && t.enterprise === enterprise.id);
    const at = placeOf(loads[0]?.id) ?? placeOf(enterprise.id);
    if (!at || loads.length === 0) continue;
    put(enterprise, at, loads.reduce((sum, load) => sum + (load.p_nom_mw ?? 0), 0));
    for (const load of loads) {
      const bus = placeOf(load.buses[0]);
      if (bus) feeders.push({ unit: load.id, spot: enterprise.id, from: at, to: bus });
    }
  }
  return { spots, spans: spansOf(park.things, placeOf), feeders };
}

function apart(one: Km, other: Km | null): boolean {
  return other === null || Math.hypot(one[0] - other[0], one[1] - other[1]) > 0.05;
}

function spansOf(things: readonly ThingShown[], placeOf: (id: string | undefined) => Km | null): Span[] {
  const found: Span[] = [];
  const routes = new Map<string, Span[]>();
  for (const thing of things) {
    if (thing.kind !== 'line' && thing.kind !== 'equivalent_branch') continue;
    const [from, to] = [placeOf(thing.buses[0]), placeOf(thing.buses[1])];
    if (!from || !to || !apart(from, to)) continue;
    const cable = thing.facts.some((f) => f.field === 'cable' && f.value === 'true');
    const span: Span = { thing, from, to, lane: 0, cable };
    found.push(span);
    const key = [from, to].map((p) => p.join(' ')).sort().join('|');
    routes.set(key, [...(routes.get(key) ?? []), span]);
  }
  for (const route of routes.values()) route.forEach((span, k) => (span.lane = k - (route.length - 1) / 2));
  return found;
}
