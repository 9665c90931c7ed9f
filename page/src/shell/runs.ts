/** How a run is named where people pick it, and on paper. */
import type { RunListed } from '../api/schema';
import { fixed } from '../numbers';
import { localTime } from '../times';
import { say } from '../words';

const WHOLE_YEAR = 8760;

export function runName(run: RunListed): string {
  const kind = run.kind === 'metered' ? say('bar.metered') : say('bar.demo');
  const { first, time_zone, hours } = run;
  if (first === null || time_zone === null || hours === null) return run.id;
  const from = hours < WHOLE_YEAR ? [localTime(Date.parse(first), time_zone).day] : [];
  return [run.stage, kind, ...from, say('bar.hours', { hours: fixed(hours, 0) })].join(' · ');
}
