/** Hours, as the lists of the grid show them. */
import { clock } from '../state/clock.svelte';

export function whenOf(k: number): string {
  if (!clock.period) return '';
  const { day, clock: time } = clock.localOf(k);
  return `${day.slice(5)} ${time}`;
}
