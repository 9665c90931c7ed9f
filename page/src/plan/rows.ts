/** Which figures of plans stand beside each other, how they are written, and where they differ. */
import type { PlannedYear } from '../api/schema';
import { fixed, isKnown, percent, plain, UNKNOWN } from '../numbers';
import { say, type Word } from '../words';

export interface Row {
  word: Word;
  unit: string;
  of: (year: PlannedYear) => number | null | undefined;
  written: (value: number | null | undefined) => string;
}

const whole = (value: number | null | undefined): string => fixed(value, 0);
const share = (value: number | null | undefined): string => percent(value, 1);
const thousand = (value: number | null | undefined): number | null => (isKnown(value) ? value / 1000 : null);

export function rowsOf(currency: string): Row[] {
  const mw = (word: Word, kind: string, unit = 'MW'): Row => ({ word, unit, of: (y) => y.capacity[kind], written: whole });
  return [
    { word: 'plan.price', unit: `${currency}/kWh`, of: (y) => y.price_per_kwh, written: (v) => fixed(v, 4) },
    { word: 'plan.physical', unit: '', of: (y) => y.green_share_physical, written: share },
    { word: 'plan.annual', unit: '', of: (y) => y.green_share_annual, written: share },
    { word: 'plan.co2', unit: 'kt', of: (y) => thousand(y.co2_t), written: plain },
    { word: 'plan.co2.al', unit: 't/t', of: (y) => y.co2_t_per_t_al, written: (v) => fixed(v, 2) },
    { word: 'plan.curtailed', unit: '', of: (y) => y.curtailed_share, written: share },
    mw('plan.wind', 'wind'),
    mw('plan.solar', 'solar'),
    mw('plan.coal', 'coal'),
    mw('plan.storage', 'storage'),
    mw('plan.storage.mwh', 'storage_mwh', 'MWh'),
    { word: 'plan.investment', unit: say('plan.million', { currency }), of: (y) => (isKnown(y.investment) ? y.investment / 1e6 : null), written: whole },
    { word: 'plan.import', unit: 'GWh', of: (y) => thousand(y.energy_mwh['import']), written: plain },
    { word: 'plan.loading', unit: '', of: (y) => y.loading_max, written: share },
  ];
}

/** Whether figures of several plans say different things, as they are written. */
export function differ(written: readonly string[]): boolean {
  const known = written.filter((text) => text !== UNKNOWN);
  return new Set(known).size > 1;
}
