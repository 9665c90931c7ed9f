/** The plans and frontiers that are served, and what stands in each, fetched once. */
import { SvelteMap } from 'svelte/reactivity';
import { ask, path } from '../api/ask';
import type { FrontierShown, PlansListed, PlanShown } from '../api/schema';

class Plans {
  listed: PlansListed | null = $state.raw(null);
  failure: string | null = $state(null);
  readonly plans = new SvelteMap<string, PlanShown>();
  readonly frontiers = new SvelteMap<string, FrontierShown>();

  async look(): Promise<void> {
    try {
      this.listed = await ask<PlansListed>(path('plans'));
      this.failure = null;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  async plan(id: string): Promise<void> {
    if (!this.plans.has(id)) this.plans.set(id, await ask<PlanShown>(path('plans', id)));
  }

  async frontier(id: string): Promise<void> {
    if (!this.frontiers.has(id)) this.frontiers.set(id, await ask<FrontierShown>(path('frontiers', id)));
  }
}

export const plans = new Plans();
