/** How a branch of the network is drawn: wide by its voltage, coloured as the person has asked. */
import type { ThingShown } from '../api/schema';
import { looking } from '../state/looking.svelte';
import { shown } from '../state/shown.svelte';
import { greenTone, levelTone, loadingTone, voltageTone } from './colours';
import { flows } from './flows.svelte';

const WIDTHS: readonly (readonly [kv: number, px: number])[] = [
  [300, 4.2],
  [150, 3.4],
  [50, 2.8],
  [28, 2.4],
  [0, 2],
];

export function wireWidth(kv: number | null): number {
  return WIDTHS.find(([lowest]) => (kv ?? 0) > lowest)?.[1] ?? 2;
}

/** The colour of a branch in an hour; without a run all are coloured by their voltage. */
export function wireTone(thing: Pick<ThingShown, 'id' | 'buses' | 'v_nom_kv'>, k: number): string {
  if (!shown.run || looking.colouring === 'voltage') return levelTone(thing.v_nom_kv);
  if (looking.colouring === 'loading') return loadingTone(flows.loading(thing.id, k));
  if (looking.colouring === 'pu') return voltageTone(flows.branchVolts(thing.buses, k));
  return greenTone(flows.branchGreen(thing.id, thing.buses, k));
}
