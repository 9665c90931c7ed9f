/** The views that are built: each is a part of its own, fetched when it is opened. */
import type { Component } from 'svelte';
import type { Role } from './api/schema';
import { OVERSEERS, OWN_OR_STAFF, STAFF } from './state/me.svelte';
import type { Word } from './words';

export interface View {
  word: Word;
  /** Drawn in a box of 24 by 24. */
  icon: string;
  load: () => Promise<{ default: Component }>;
  /** Whether it shows no hour: then the bar of time is not there. */
  still?: boolean;
  /** It fills the screen: without bar, menu and time. */
  bare?: boolean;
  /** On paper it stands upright; the others lie across. */
  upright?: boolean;
  /** The roles that may open it; without them everybody. */
  roles?: readonly Role[];
  /** It is about accounts: a server without them has it not. */
  ofAccounts?: boolean;
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
  grid: {
    word: 'view.grid',
    icon: 'M6 3v18M18 3v18M3 8h18M3 16h18M12 8v8M10 12h4',
    load: () => import('./grid/GridView.svelte'),
    roles: STAFF,
  },
  plan: {
    word: 'view.plan',
    icon: 'M4 5h10M4 12h16M4 19h7M17 3l3 2-3 2M14 17l3 2-3 2',
    load: () => import('./plan/PlanView.svelte'),
    roles: STAFF,
  },
  money: {
    word: 'view.money',
    upright: true,
    icon: 'M5 4h14v16l-3-2-4 2-4-2-3 2zM8 9h8M8 13h8',
    load: () => import('./money/MoneyView.svelte'),
    roles: OWN_OR_STAFF,
  },
  green: {
    word: 'view.green',
    icon: 'M5 20C4 10 9 4 20 4c0 11-6 16-14 15M5 20c2-6 6-9 10-11',
    load: () => import('./green/GreenView.svelte'),
  },
  passport: {
    word: 'view.passport',
    upright: true,
    icon: 'M6 3h9l4 4v14H6zM15 3v4h4M9 12h3v3H9zM14 17h2M9 18h2M14 12h2v2',
    load: () => import('./passport/PassportView.svelte'),
    still: true,
  },
  catalogue: {
    word: 'view.catalogue',
    upright: true,
    icon: 'M4 5h7v6H4zM13 5h7v6h-7zM4 14h7v6H4zM13 14h7v6h-7z',
    load: () => import('./catalogue/CatalogueView.svelte'),
    still: true,
  },
  hall: {
    word: 'view.hall',
    icon: 'M3 4h18v12H3zM8 20h8M12 16v4M10 8l4 2-4 2z',
    load: () => import('./hall/HallView.svelte'),
    bare: true,
  },
  users: {
    word: 'view.users',
    upright: true,
    icon: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2 21c0-4 3-7 7-7s7 3 7 7M16 4a4 4 0 0 1 0 7M18 14c3 1 4 4 4 7',
    load: () => import('./accounts/UsersView.svelte'),
    still: true,
    roles: OVERSEERS,
    ofAccounts: true,
  },
} as const satisfies Record<string, View>;

export type ViewId = keyof typeof VIEWS;

export function isView(name: string): name is ViewId {
  return Object.hasOwn(VIEWS, name);
}
