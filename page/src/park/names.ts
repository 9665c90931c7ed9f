/** Names of things in lists. */
import { shown } from '../state/shown.svelte';
import { named } from '../words';

/** The name of a thing, with its id where another has the same name: parallel transformers often do. */
export function nameOf(id: string): string {
  const things = shown.view?.things ?? [];
  const name = named(things.find((t) => t.id === id)?.name, id);
  return things.some((t) => t.id !== id && named(t.name, t.id) === name) ? `${name} (${id})` : name;
}
