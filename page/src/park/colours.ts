/** What colour a wire or busbar has: steps of the report's own scales, as names of the palette. */
import { GREEN_STEPS, LEVELS, LOADING_MAX, LOADING_STEPS, VOLTAGE_HIGH, VOLTAGE_LOW, VOLTAGE_STEPS } from './scales';

export const NONE = 'var(--none)';

export function levelTone(kv: number | null): string {
  if (kv === null) return NONE;
  return `var(--${LEVELS.find(([lowest]) => kv > lowest)?.[1] ?? 'v0'})`;
}

function step(share: number, steps: number): number {
  return Math.min(Math.max(Math.floor(share * steps), 0), steps - 1);
}

export function loadingTone(loading: number): string {
  return Number.isFinite(loading) ? `var(--l${step(loading / LOADING_MAX, LOADING_STEPS)})` : NONE;
}

export function voltageTone(pu: number): string {
  if (!Number.isFinite(pu)) return NONE;
  return `var(--u${step((pu - VOLTAGE_LOW) / (VOLTAGE_HIGH - VOLTAGE_LOW), VOLTAGE_STEPS)})`;
}

export function greenTone(share: number): string {
  return Number.isFinite(share) ? `var(--g${Math.round(Math.min(Math.max(share, 0), 1) * GREEN_STEPS)})` : NONE;
}
