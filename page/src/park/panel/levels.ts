/** The levels above a thing: from the park down to where it hangs. */
import type { ThingShown } from '../../api/schema';

/** Returns the station (of what stands in none: its owner), then the busbar; a branch has two ends and no busbar of its own. */
export function levelsAbove(thing: ThingShown, things: readonly ThingShown[]): ThingShown[] {
  const found = (id: string | null | undefined): ThingShown[] => things.filter((t) => t.id === id && t.id !== thing.id);
  const area = ['substation', 'enterprise'].includes(thing.kind) ? [] : found(thing.substation ?? thing.enterprise);
  const hangs = thing.buses.length === 1 && !['bus', 'substation', 'enterprise'].includes(thing.kind);
  return [...area, ...(hangs ? found(thing.buses[0]) : [])];
}
