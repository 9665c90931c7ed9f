/** How a thing appears that a stage brings: it fades in, or stands at once for who has asked for less motion. */
import { person } from '../state/person.svelte';

const APPEARING_MS = 600;

export function appearing(): { duration: number } {
  return { duration: person.still ? 0 : APPEARING_MS };
}
