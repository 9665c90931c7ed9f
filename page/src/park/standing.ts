/** Which symbol of a map stands for a thing that has none of its own. */
import type { ThingShown } from '../api/schema';

export function standsFor(id: string | null, things: readonly ThingShown[]): ReadonlySet<string> {
  const thing = things.find((t) => t.id === id);
  if (!thing) return new Set(id === null ? [] : [id]);
  const others = [thing.id];
  if (thing.kind === 'load' || thing.kind === 'motor') others.push(thing.enterprise ?? '');
  if (thing.substation) others.push(thing.substation);
  if (thing.kind === 'enterprise') {
    others.push(...things.filter((t) => t.enterprise === thing.id && t.kind === 'potline').map((t) => t.id));
  }
  const alone = thing.kind === 'substation' || thing.kind === 'bus' || thing.place === null;
  return new Set(alone || thing.kind === 'transformer' || thing.kind === 'load' ? others : others.filter((o) => o !== thing.substation));
}
