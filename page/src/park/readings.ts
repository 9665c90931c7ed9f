/** Which figures of the hours a thing has, as the run's tables hold them. */
import type { ThingShown } from '../api/schema';
import { shown } from '../state/shown.svelte';
import { currencyOf, named, say, type Word } from '../words';
import { flows } from './flows.svelte';

export interface Reading {
  key: string;
  label: string;
  unit: string;
  at: (k: number) => number;
  /** Where its year stands, for a chart; null where it is made of several. */
  years: readonly string[];
  /** Range of a chart; without it the figure's own. */
  range?: readonly [number, number];
}

type Table = readonly [table: string, column: string];

function value(parts: readonly string[], id: string, k: number): number {
  return shown.arrays?.get(...parts)?.of.get(id)?.[k] ?? NaN;
}

function column(word: Word, unit: string, [table, name]: Table, id: string, sign = 1): Reading {
  const parts = ['tables', table, name];
  return { key: word, label: say(word), unit, at: (k) => sign * value(parts, id, k), years: parts };
}

const POWER: Table = ['flows', 'p_mw'];

/** The tables' columns that a kind of thing is read from; `ask` fetches them. */
export function readingsOf(thing: ThingShown): Reading[] {
  const { id, kind } = thing;
  const currency = currencyOf(shown.view?.currency);
  switch (kind) {
    case 'wind_farm':
    case 'pv_plant':
      return [column('now.generation', 'MW', POWER, id), column('now.available', 'MW', ['schedule', 'available_mw'], id)];
    case 'thermal_unit':
    case 'generator':
      return [column('now.generation', 'MW', POWER, id), reactive(id)];
    case 'storage':
      return [
        column('now.discharge', 'MW', ['schedule', 'discharge_mw'], id),
        column('now.charge', 'MW', ['schedule', 'charge_mw'], id),
        column('now.content', 'MWh', ['schedule', 'soc_mwh'], id),
      ];
    case 'grid':
      return [column('now.grid', 'MW', POWER, id), reactive(id)];
    case 'load':
    case 'motor':
    case 'potline':
      return [
        column('now.demand', 'MW', POWER, id, -1),
        { ...column('now.green', '1', ['carbon', 'green_share'], id), range: [0, 1] },
        column('now.carbon', 't/MWh', ['carbon', 'intensity_traced_t_per_mwh'], id),
      ];
    case 'bus':
      return busReadings(thing, currency);
    case 'line':
    case 'transformer':
    case 'equivalent_branch':
      return branchReadings(thing);
    case 'enterprise':
      return enterpriseReadings(thing);
    case 'substation':
      return (shown.view?.things ?? [])
        .filter((t) => t.kind === 'bus' && t.substation === id)
        .map((bus) => ({ ...column('now.voltage', 'p.u.', ['flows', 'v_pu'], bus.id), key: bus.id, label: named(bus.name, bus.id) }));
    default:
      return [];
  }
}

function reactive(id: string): Reading {
  return column('now.reactive', 'Mvar', ['flows', 'q_mvar'], id);
}

function busReadings(thing: ThingShown, currency: string): Reading[] {
  const kv = thing.v_nom_kv ?? NaN;
  const pu = column('now.voltage', 'p.u.', ['flows', 'v_pu'], thing.id);
  const green: Reading = {
    key: 'now.green',
    label: say('now.green'),
    unit: '1',
    at: (k) => flows.green(thing.id, k),
    years: ['buses', 'green_share'],
    range: [0, 1],
  };
  return [
    pu,
    { ...pu, key: 'now.voltage.kv', label: say('now.voltage.kv'), unit: 'kV', at: (k) => pu.at(k) * kv, years: [] },
    ...(flows.hasGreen ? [green] : []),
    column('now.price', `${currency}/MWh`, ['schedule', 'shadow_price_per_mwh'], thing.id),
  ];
}

function branchReadings(thing: ThingShown): Reading[] {
  const { id, buses } = thing;
  const green: Reading = {
    key: 'now.green',
    label: say('now.green'),
    unit: '1',
    at: (k) => flows.branchGreen(id, buses, k),
    years: [],
  };
  return [
    { ...column('now.loading', '1', ['flows', 'loading'], id), range: [0, 1] },
    column('now.from', 'MW', ['flows', 'p_from_mw'], id),
    column('now.to', 'MW', ['flows', 'p_to_mw'], id),
    ...(flows.hasGreen ? [green] : []),
  ];
}

function enterpriseReadings(thing: ThingShown): Reading[] {
  const parts = ['enterprises', thing.id, 'hours'];
  const reading = (word: Word, unit: string, name: string): Reading => ({
    key: word,
    label: say(word),
    unit,
    at: (k) => value(parts, name, k),
    years: parts,
  });
  return [
    reading('now.demand', 'MW', 'power_mw'),
    { ...reading('now.green', '1', 'green_share'), range: [0, 1] },
    reading('now.price', `${currencyOf(shown.view?.currency)}/MWh`, 'price_per_mwh'),
  ];
}

/** The enterprise whose sources are those of a thing: its own, or that of which it is the only user. */
export function enterpriseOf(thing: ThingShown): string | null {
  if (thing.kind === 'enterprise') return thing.id;
  if (thing.kind !== 'load' && thing.kind !== 'potline') return null;
  const users = (shown.view?.things ?? []).filter(
    (t) => t.enterprise === thing.enterprise && (t.kind === 'load' || t.kind === 'potline'),
  );
  return users.length === 1 ? thing.enterprise : null;
}

/** Asks for all columns that readings stand in. */
export function askReadings(readings: readonly Reading[]): void {
  for (const { years } of readings) if (years.length > 0) void shown.arrays?.want(...years);
}
