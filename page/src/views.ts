/** The views that are built: each is a part of its own, fetched when it is opened. */
import type { Component } from 'svelte';
import type { Word } from './words';

export interface View {
  word: Word;
  /** Drawn in a box of 24 by 24. */
  icon: string;
  load: () => Promise<{ default: Component }>;
}

export const VIEWS = {
  park: {
    word: 'view.park',
    icon: 'M4 20V9l5-3v14M9 20h11V4l-6 4v12M4 20h5M12 12h.01M17 9h.01M17 13h.01',
    load: () => import('./park/ParkView.svelte'),
  },
  energy: {
    word: 'view.energy',
    icon: 'M4 20V4M4 20h16M7 17l4-5 3 2 5-7M7 11l3-4 3 1 4-4',
    load: () => import('./energy/EnergyView.svelte'),
  },
  money: {
    word: 'view.money',
    icon: 'M5 4h14v16l-3-2-4 2-4-2-3 2zM8 9h8M8 13h8',
    load: () => import('./money/MoneyView.svelte'),
  },
} as const satisfies Record<string, View>;

export type ViewId = keyof typeof VIEWS;

export function isView(name: string): name is ViewId {
  return Object.hasOwn(VIEWS, name);
}
