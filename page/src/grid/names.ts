/** Hours and limits, as the lists of the grid show them. */
import { clock } from '../state/clock.svelte';
import { shown } from '../state/shown.svelte';

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
