/** The address: the view and all that is shown in it, so that it can be sent to a colleague. */
import { addressTime } from '../times';
import { isView, type ViewId } from '../views';
import { askedTariff } from './asked_tariff.svelte';
import { brush } from './brush.svelte';
import { clock, REACHES } from './clock.svelte';
import { looking } from './looking.svelte';
import { languageOf, person, themeOf } from './person.svelte';
import { shown, type Wish } from './shown.svelte';

class Address {
  view: ViewId = $state('park');
  /** What within the view is open: the parts of the address behind its name. */
  parts: readonly string[] = $state.raw([]);
  /** The secret of an invitation to choose a password; it is no view. */
  invitation: string | null = $state(null);
}

export const address = new Address();

/** The parts of one view's own address: they stay as they were when another view is opened, until this one is gone. */
export function partsOf(view: ViewId): () => readonly string[] {
  let last: readonly string[] = [];
  return () => {
    if (address.view === view) last = address.parts;
    return last;
  };
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function read(): URLSearchParams {
  const [way = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view = '', ...parts] = way.split('/').map(plain);
  address.invitation = view === 'invitation' ? (parts[0] ?? '') : null;
  address.view = isView(view) ? view : 'park';
  address.parts = isView(view) ? parts.filter(Boolean) : [];
  return new URLSearchParams(query);
}

/** Takes over what the address says, and returns what it wishes to be shown. */
export function fromAddress(): Wish {
  const asked = read();
  person.language = languageOf(asked.get('lang')) ?? person.language;
  person.theme = themeOf(asked.get('theme')) ?? person.theme;
  clock.reach = REACHES.find((r) => r === asked.get('reach')) ?? clock.reach;
  looking.take(asked);
  brush.take(asked.get('period'));
  askedTariff.take(asked.get('tariff'));
  shown.chosen = asked.get('thing');
  return { park: asked.get('park'), stage: asked.get('stage'), run: asked.get('run'), time: asked.get('t') };
}

/** Returns the address of what is shown now. */
export function addressNow(view: ViewId = address.view, parts: readonly string[] = view === address.view ? address.parts : []): string {
  const said = new URLSearchParams();
  const put = (name: string, value: string | null | undefined): void => {
    if (value) said.set(name, value);
  };
  put('park', shown.park?.id);
  put('stage', shown.stage?.name);
  put('run', shown.run?.id);
  put('t', clock.local && shown.run ? addressTime(clock.local) : null);
  put('reach', clock.reach === 'year' ? null : clock.reach);
  put('period', brush.said);
  put('tariff', askedTariff.said);
  put('thing', shown.chosen);
  for (const [name, value] of looking.said()) put(name, value);
  put('lang', person.language);
  put('theme', person.theme === 'system' ? null : person.theme);
  return `#/${[view, ...parts.map(encodeURIComponent)].join('/')}?${said.toString()}`;
}

let timer = 0;

/** Writes the address a moment after the last change: a slider must not fill the history, nor slow down. */
export function keepAddress(now: string): void {
  clearTimeout(timer);
  const before = location.hash;
  timer = window.setTimeout(() => {
    // One that somebody has typed meanwhile is theirs, and about to be followed.
    if (location.hash === before && before !== now) history.replaceState(null, '', now);
  }, 200);
}

export function goView(view: ViewId, ...parts: string[]): void {
  if (view === address.view && parts.join('/') === address.parts.join('/')) return;
  clearTimeout(timer);
  history.pushState(null, '', addressNow(view, parts));
  address.view = view;
  address.parts = parts;
}

/** Follows the person's way back and forth, and addresses that are typed. */
export function followAddress(): () => void {
  const follow = (): void => shown.pick(fromAddress());
  window.addEventListener('popstate', follow);
  return () => window.removeEventListener('popstate', follow);
}
