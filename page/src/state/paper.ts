/** What is shown, on its way to paper and back. */
import { flushSync } from 'svelte';
import { VIEWS, type View } from '../views';
import { address } from './address.svelte';
import { person } from './person.svelte';

/**
 * Lays the page out in the width of its paper (print.css) before the browser does, in light colours. What draws itself in px
 * follows when it hears the same event, which it does after this: its listener is younger.
 */
export function toPaper(): void {
  const { upright = false } = VIEWS[address.view] as View;
  document.documentElement.dataset['paper'] = upright ? 'upright' : 'across';
  flushSync(() => (person.paper = true));
}

export function toScreen(): void {
  delete document.documentElement.dataset['paper'];
  flushSync(() => (person.paper = false));
}
