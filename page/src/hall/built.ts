/** What stands at a stage, and what was built since the one before. */
import type { ParkShown, StageListed, ThingShown } from '../api/schema';
import { plain } from '../numbers';
import type { Language } from '../state/person.svelte';
import { sayIn } from '../words';

const KINDS = ['wind_farm', 'pv_plant', 'storage'] as const;

function stands(thing: ThingShown, day: string): boolean {
  return (thing.built === null || thing.built <= day) && (thing.retired === null || thing.retired > day);
}

/** Ids of all that stands at a stage and did not at the one before. */
export function freshAt(park: ParkShown, before: StageListed | undefined, stage: StageListed): ReadonlySet<string> {
  if (!before) return new Set();
  return new Set(park.things.filter((t) => stands(t, stage.as_of) && !stands(t, before.as_of)).map((t) => t.id));
}

/** What is new at a stage, MW by kind, said in a language; empty where nothing of these kinds is. */
export function newAt(park: ParkShown, before: StageListed | undefined, stage: StageListed, language: Language): string {
  if (!before) return '';
  const said = KINDS.flatMap((kind) => {
    const fresh = park.things.filter((t) => t.kind === kind && stands(t, stage.as_of) && !stands(t, before.as_of));
    const mw = fresh.reduce((sum, t) => sum + (t.p_nom_mw ?? 0), 0);
    return mw > 0 ? [sayIn(language, `hall.built.${kind}`, { size: `${plain(mw)}\u202fMW` })] : [];
  });
  return said.join(language === 'zh' ? '、' : ', ');
}
