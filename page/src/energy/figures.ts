/** Sums of a run's hourly series over a period: what the strip of figures and the comparison of stages say. */
import type { Columns } from '../api/ask';
import { sumOf } from '../charts/sampling';
import { fixed, isKnown, plain } from '../numbers';
import { currencyOf, say, type Word } from '../words';

export interface PeriodFigure {
  id: string;
  word: Word;
  value: number | null;
  unit: string;
}

/** Energy of a series in MWh; null where it is not there, or not known in every hour. */
export function energyOf(series: Columns, name: string, from: number, to: number, stepH: number): number | null {
  const values = series.of.get(name);
  if (!values) return null;
  const { sum, known } = sumOf(values, from, to);
  return known === to - from ? sum * stepH : null;
}

/** A part of a whole; null where either is not known, or there is nothing to be a part of. */
export function partOf(part: number | null, whole: number | null): number | null {
  return part === null || !whole ? null : part / whole;
}

export function figuresOf(series: Columns, from: number, to: number, stepH: number): PeriodFigure[] {
  const energy = (name: string): number | null => energyOf(series, name, from, to, stepH);
  const mean = (name: string): number | null => {
    const { sum, known } = sumOf(series.of.get(name) ?? [], from, to);
    return known === to - from ? sum / known : null;
  };
  const green = partOf(energy('green_mwh'), energy('used_mwh'));
  const demand = series.of.get('demand');
  const peak = demand ? demand.subarray(from, to).reduce((most, v) => Math.max(most, v), -Infinity) : NaN;
  const currency = currencyOf(series.facts.get('currency'));
  const found: PeriodFigure[] = [
    { id: 'demand', word: 'energy.demand', value: energy('demand'), unit: 'MWh' },
    { id: 'green', word: 'energy.green', value: green, unit: '1' },
    { id: 'wind', word: 'energy.wind', value: energy('wind'), unit: 'MWh' },
    { id: 'solar', word: 'energy.solar', value: energy('solar'), unit: 'MWh' },
    { id: 'coal', word: 'energy.coal', value: energy('coal'), unit: 'MWh' },
    { id: 'other', word: 'energy.other', value: energy('other'), unit: 'MWh' },
    { id: 'import', word: 'energy.import', value: energy('import'), unit: 'MWh' },
    { id: 'export', word: 'energy.export', value: energy('export'), unit: 'MWh' },
    { id: 'losses', word: 'energy.losses', value: energy('network_loss'), unit: 'MWh' },
    { id: 'curtailed', word: 'energy.curtailed', value: energy('curtailed'), unit: 'MWh' },
    { id: 'curtailed_share', word: 'energy.curtailedShare', value: partOf(energy('curtailed'), energy('available')), unit: '1' },
    { id: 'peak', word: 'energy.peak', value: Number.isFinite(peak) ? peak : null, unit: 'MW' },
    { id: 'price', word: 'energy.price', value: mean('price'), unit: `${currency}/MWh` },
    { id: 'metal', word: 'energy.metal', value: energy('metal'), unit: 't' },
  ];
  const has: Record<string, string> = { green: 'used_mwh', losses: 'network_loss', curtailed_share: 'available', peak: 'demand' };
  return found.filter((f) => series.of.has(has[f.id] ?? f.id));
}

/** Whether a figure is written as nothing: 0.1 kWh of a solver's rounding is no export. */
export function isNothing(value: number | null | undefined): boolean {
  return isKnown(value) && /^[−0.]+$/.test(plain(value));
}

/** How a figure differs from another one, with its sign: shares in points of percent, amounts in percent of the first. */
export function changeBetween(from: number | null | undefined, to: number | null | undefined, unit: string): string {
  if (!isKnown(from) || !isKnown(to)) return '';
  const points = unit === '1';
  if (!points && isNothing(from)) return '';
  const text = fixed(Math.abs(points ? 100 * (to - from) : (100 * (to - from)) / from), 1);
  const sign = isNothing(Number(text.replace('\u202f', ''))) ? '' : to > from ? '+' : '−';
  return `${sign}${text}\u202f${points ? say('stages.points') : '%'}`;
}
