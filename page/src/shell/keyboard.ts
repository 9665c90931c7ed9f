/** The keys of the whole page. Who types, or moves within a list, is left alone. */
import { address, goView } from '../state/address.svelte';
import { brush } from '../state/brush.svelte';
import { clock } from '../state/clock.svelte';
import { COLOURINGS, looking } from '../state/looking.svelte';
import { person } from '../state/person.svelte';
import { shown } from '../state/shown.svelte';
import { shell } from './open.svelte';

function types(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'range' || !target.hasAttribute('data-clock');
  return target.matches('select, textarea, [contenteditable], dialog *');
}

/** What a key of the time does: how many of what. */
function steps(event: KeyboardEvent): [number, 'hour' | 'day' | 'week'] | null {
  if (event.key === 'ArrowLeft') return [-1, event.shiftKey ? 'day' : 'hour'];
  if (event.key === 'ArrowRight') return [1, event.shiftKey ? 'day' : 'hour'];
  if (event.key === 'PageUp') return [-1, 'week'];
  if (event.key === 'PageDown') return [1, 'week'];
  return null;
}

function goStage(by: number): void {
  const stages = shown.park?.stages ?? [];
  const stage = stages[stages.findIndex((s) => s.name === shown.stage?.name) + by];
  if (stage) shown.goStage(stage);
}

const KEYS: Record<string, () => void> = {
  Home: () => clock.go(0),
  End: () => clock.go((clock.period?.hours ?? 1) - 1),
  ' ': () => clock.play(!clock.playing),
  '[': () => goStage(-1),
  ']': () => goStage(1),
  m: () => (looking.drawing = 'map'),
  d: () => (looking.drawing = 'diagram'),
  c: () => (looking.colouring = COLOURINGS[(COLOURINGS.indexOf(looking.colouring) + 1) % COLOURINGS.length]!),
  p: () => goView(address.view === 'hall' ? 'park' : 'hall'),
  l: () => (person.language = person.language === 'zh' ? 'en' : 'zh'),
  b: () => brush.mark(),
  t: () => (shell.when = clock.period !== null && address.view !== 'hall'),
  '/': () => shell.find?.focus(),
  '?': () => (shell.keys = true),
  Escape: () => {
    if (address.view === 'hall') goView('park');
    else if (shell.note) shell.note = false;
    else if (shown.chosen !== null) shown.chosen = null;
    else brush.clear();
  },
};

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || types(event.target)) return;
  if (event.key === ' ' && event.target instanceof HTMLElement && event.target.matches('button, a, summary')) return;
  const step = steps(event);
  if (step) clock.step(...step);
  else {
    const act = KEYS[event.key];
    if (!act) return;
    act();
  }
  event.preventDefault();
}
