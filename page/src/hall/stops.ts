/** The stops of the tour: what is looked at, and a sentence of what is known of it now. */
import type { ParkShown, StageListed, ThingShown } from '../api/schema';
import { isKnown, percent, plain } from '../numbers';
import { flows } from '../park/flows.svelte';
import { clock } from '../state/clock.svelte';
import type { Language } from '../state/person.svelte';
import { namedIn, sayIn, type Word } from '../words';
import { newAt } from './built';
import { day } from './day.svelte';

export interface Stop {
  id: string;
  /** What is in the middle; null: the whole park. */
  thing: ThingShown | null;
  /** The stage that it shows instead of the present one. */
  stage: StageListed | null;
  /** Nothing where what it would say is not known. */
  say: (language: Language) => string;
}

const LEAST_MW = 0.05;

const mw = (value: number): string => `${plain(value)}\u202fMW`;

function largest(park: ParkShown, kind: string): ThingShown | null {
  const all = park.things.filter((t) => t.kind === kind && t.place);
  return all.reduce<ThingShown | null>((best, t) => (best && (best.p_nom_mw ?? 0) >= (t.p_nom_mw ?? 0) ? best : t), null);
}

export function stopsOf(view: ParkShown, whole: ParkShown, stages: readonly StageListed[], now: StageListed | null): Stop[] {
  const at = stages.findIndex((s) => s.name === now?.name);
  const next = stages[at + 1] ?? null;
  const found: Stop[] = [
    { id: 'park', thing: null, stage: null, say: (language) => ofPark(view, language) },
    ...one(largest(view, 'wind_farm'), 'wind', (t, l) => ofSource(t, l)),
    ...one(largest(view, 'storage'), 'storage', (t, l) => ofStorage(t, l)),
    ...one(largest(view, 'potline'), 'potline', (t, l) => ofUser(t, t, 'hall.tour.potline', l)),
    ...one(largest(view, 'load'), 'enterprise', (t, l) => {
      const owner = view.things.find((o) => o.kind === 'enterprise' && o.id === t.enterprise) ?? t;
      return ofUser(t, owner, 'hall.tour.enterprise', l);
    }),
    { id: 'week', thing: null, stage: null, say: ofWeek },
  ];
  const stage = next ?? (at > 0 ? stages[at]! : null);
  if (stage) {
    const before = next ? stages[at] : stages[at - 1];
    found.splice(-1, 0, {
      id: 'stage',
      thing: null,
      stage: next,
      say: (language) => {
        const things = newAt(whole, before, stage, language);
        return things ? sayIn(language, 'hall.tour.stage', { to: stage.name, things }) : '';
      },
    });
  }
  return found;
}

function one(thing: ThingShown | null, id: string, say: (thing: ThingShown, language: Language) => string): Stop[] {
  return thing ? [{ id, thing, stage: null, say: (language) => say(thing, language) }] : [];
}

const USERS: readonly string[] = ['load', 'potline'];

function ofPark(view: ParkShown, language: Language): string {
  const substations = view.things.filter((t) => t.kind === 'substation').length;
  /** Who uses power, as on bills and in the green account: who only runs the network or plants is not counted. */
  const enterprises = new Set(view.things.filter((t) => USERS.includes(t.kind) && t.enterprise).map((t) => t.enterprise)).size;
  const load = day.now('demand');
  if (!isKnown(load)) return '';
  return sayIn(language, 'hall.tour.park', { enterprises, substations, load: mw(load) });
}

function ofSource(thing: ThingShown, language: Language): string {
  const now = flows.unit(thing.id, clock.k);
  if (!isKnown(now)) return '';
  return sayIn(language, 'hall.tour.wind', { name: namedIn(language, thing.name, thing.id), size: mw(thing.p_nom_mw ?? NaN), now: mw(now) });
}

function ofStorage(thing: ThingShown, language: Language): string {
  const now = flows.unit(thing.id, clock.k);
  if (!isKnown(now)) return '';
  const held = thing.figures.find((f) => f.field === 'e_nom_mwh')?.value;
  const size = typeof held === 'number' ? `${mw(thing.p_nom_mw ?? NaN)} / ${plain(held)}\u202fMWh` : mw(thing.p_nom_mw ?? NaN);
  const word: Word = now > LEAST_MW ? 'hall.tour.discharging' : now < -LEAST_MW ? 'hall.tour.charging' : 'hall.tour.resting';
  return sayIn(language, word, { name: namedIn(language, thing.name, thing.id), size, now: mw(Math.abs(now)) });
}

function ofUser(unit: ThingShown, called: ThingShown, word: Word, language: Language): string {
  const [now, green] = [-flows.unit(unit.id, clock.k), flows.green(unit.buses[0] ?? '', clock.k)];
  if (!isKnown(now) || !isKnown(green)) return '';
  return sayIn(language, word, { name: namedIn(language, called.name, called.id), now: mw(now), green: percent(green) });
}

function ofWeek(language: Language): string {
  const [green, used] = [day.week('green_mwh'), day.week('used_mwh')];
  if (!isKnown(green) || !isKnown(used) || used <= 0) return '';
  return sayIn(language, 'hall.tour.week', { used: `${plain(used)}\u202fMWh`, share: percent(green / used) });
}
