/** Names of things and hours, as the lists of the grid show them. */
import { clock } from '../state/clock.svelte';
import { shown } from '../state/shown.svelte';
import { named } from '../words';

/** The name of a thing, with its id where another has the same name: parallel transformers often do. */
export function nameOf(id: string): string {
  const things = shown.view?.things ?? [];
  const name = named(things.find((t) => t.id === id)?.name, id);
  return things.some((t) => t.id !== id && named(t.name, t.id) === name) ? `${name} (${id})` : name;
}

export function whenOf(k: number): string {
  if (!clock.period) return '';
  const { day, clock: time } = clock.localOf(k);
  return `${day.slice(5)} ${time}`;
}

/** The limits of a busbar's voltage, p.u. */
export function limitsOf(bus: string): readonly [number, number] {
  const figures = shown.view?.things.find((t) => t.id === bus)?.figures ?? [];
  const value = (field: string, otherwise: number): number => {
    const found = figures.find((f) => f.field === field)?.value;
    return typeof found === 'number' ? found : otherwise;
  };
  return [value('v_min_pu', NaN), value('v_max_pu', NaN)];
}
