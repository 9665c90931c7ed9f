/** What a thing is joined to: a branch to its ends, a busbar to all that hangs on it, an enterprise to its loads. */
import type { ThingShown } from '../../api/schema';

export function neighboursOf(thing: ThingShown, things: readonly ThingShown[]): ThingShown[] {
  const found = new Map<string, ThingShown>();
  const add = (other: ThingShown | undefined): void => {
    if (other && other.id !== thing.id) found.set(other.id, other);
  };
  const byId = new Map(things.map((t) => [t.id, t]));
  if (thing.kind === 'bus') {
    for (const other of things) {
      if (other.kind !== 'enterprise' && other.kind !== 'substation' && other.buses.includes(thing.id)) add(other);
    }
  } else if (thing.kind === 'substation') {
    const buses = new Set(thing.buses);
    for (const other of things) {
      const inside = other.substation === thing.id;
      const leaves = other.buses.some((b) => buses.has(b)) && (other.kind === 'line' || other.kind === 'equivalent_branch');
      if ((inside && ['bus', 'transformer', 'transformer3', 'grid'].includes(other.kind)) || leaves) add(other);
    }
  } else {
    for (const bus of thing.buses) add(byId.get(bus));
  }
  if (thing.kind === 'enterprise') {
    for (const other of things) if (other.enterprise === thing.id) add(other);
  } else if (thing.enterprise) add(byId.get(thing.enterprise));
  if (thing.substation) add(byId.get(thing.substation));
  return [...found.values()];
}
