/** Between which voltages a busbar may stand. */
import { shown } from '../state/shown.svelte';

/** The limits of a busbar's voltage, p.u.; NaN where it has none. */
export function limitsOf(bus: string): readonly [number, number] {
  const figures = shown.view?.things.find((t) => t.id === bus)?.figures ?? [];
  const value = (field: string): number => {
    const found = figures.find((f) => f.field === field)?.value;
    return typeof found === 'number' ? found : NaN;
  };
  return [value('v_min_pu'), value('v_max_pu')];
}
