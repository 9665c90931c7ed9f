/** What a stage brings, and what goes with it, beside the stage before. */
import type { StageListed, ThingShown } from '../api/schema';

export interface Change {
  kind: string;
  count: number;
  /** MW together; 0 where the kind has none. */
  power: number;
}

export interface Development {
  since: StageListed;
  comes: readonly Change[];
  goes: readonly Change[];
}

const KINDS: readonly string[] = [
  'wind_farm', 'pv_plant', 'storage', 'thermal_unit', 'generator', 'potline', 'substation', 'enterprise',
];
const POWERED: readonly string[] = ['wind_farm', 'pv_plant', 'storage', 'thermal_unit', 'generator'];

/** Compares a stage with the one before by the days on which things are built and retired; null for the first one. */
export function development(
  whole: readonly ThingShown[],
  stages: readonly StageListed[],
  stage: StageListed | null,
): Development | null {
  const at = stages.findIndex((s) => s.name === stage?.name);
  const since = stages[at - 1];
  if (!stage || !since) return null;
  const within = (day: string | null): boolean => day !== null && since.as_of < day && day <= stage.as_of;
  const stood = (t: ThingShown): boolean => t.built === null || t.built <= since.as_of;
  const comes = whole.filter((t) => within(t.built) && (t.retired === null || t.retired > stage.as_of));
  const goes = whole.filter((t) => within(t.retired) && stood(t));
  return { since, comes: changes(comes), goes: changes(goes) };
}

function changes(things: readonly ThingShown[]): Change[] {
  return KINDS.flatMap((kind) => {
    const alike = things.filter((t) => t.kind === kind);
    const power = POWERED.includes(kind) ? alike.reduce((sum, t) => sum + (t.p_nom_mw ?? 0), 0) : 0;
    return alike.length > 0 ? [{ kind, count: alike.length, power }] : [];
  });
}
