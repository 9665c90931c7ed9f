/** The bills of the run that is shown, the month that the time stands in, and the enterprise that is chosen. */
import { ask, path } from '../api/ask';
import type { BillListed, BillsShown, MonthListed } from '../api/schema';
import { clock } from '../state/clock.svelte';
import { shown } from '../state/shown.svelte';

class Bills {
  found: BillsShown | null = $state.raw(null);
  failed: string | null = $state(null);
  #run: string | null = null;

  async ask(run: string | null): Promise<void> {
    if (run === this.#run && this.failed === null) return;
    this.#run = run;
    this.found = null;
    this.failed = null;
    if (run === null) return;
    try {
      const found = await ask<BillsShown>(path('runs', run, 'bills'));
      if (this.#run === run) this.found = found;
    } catch (error) {
      if (this.#run === run) this.failed = error instanceof Error ? error.message : String(error);
    }
  }

  readonly month: string = $derived.by(() => {
    const now = clock.local?.day.slice(0, 7) ?? '';
    return this.found?.months.some((m) => m.month === now) ? now : (this.found?.months[0]?.month ?? '');
  });
  readonly listed: MonthListed | null = $derived(this.found?.months.find((m) => m.month === this.month) ?? null);
  readonly rows: readonly BillListed[] = $derived(this.found?.bills.filter((b) => b.month === this.month) ?? []);

  /** How many days of the month the run holds, where it does not hold all of them: its sums are no month's. */
  readonly part: { days: number; of: number } | null = $derived(partOf(this.rows));

  /** The chosen enterprise: itself, or who owns the chosen thing; the only one where one sees no other. */
  readonly customer: string | null = $derived.by(() => {
    const contracts = Object.keys(this.found?.contracts ?? {});
    const thing = shown.view?.things.find((t) => t.id === shown.chosen);
    const wanted = thing?.enterprise ?? shown.chosen;
    if (wanted !== null && contracts.includes(wanted)) return wanted;
    return contracts.length === 1 ? contracts[0]! : null;
  });

  /** Goes to the first hour of a month. */
  go(month: string): void {
    const at = clock.days.find((k) => clock.localOf(k).day.startsWith(month));
    if (at !== undefined) clock.go(at);
  }
}

/** Who was billed for the most days says how much of the month there is; null where that is all of it. */
export function partOf(rows: readonly BillListed[]): { days: number; of: number } | null {
  const most = rows.reduce<BillListed | null>((found, row) => (found && found.days >= row.days ? found : row), null);
  return most && most.days < most.days_of_month ? { days: most.days, of: most.days_of_month } : null;
}

export const bills = new Bills();
