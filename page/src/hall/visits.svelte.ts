/** The what-if of visitors: positions of the two sliders, and what the server made of each. */
import { ask, path } from '../api/ask';
import type { VisitorOutcome, VisitorsShown } from '../api/schema';

const AGAIN_MS = 400;

export class Visits {
  readonly run: string;
  what: VisitorsShown | null = $state.raw(null);
  failure: string | null = $state(null);
  /** By position, once it is worked out. */
  #found: Record<string, VisitorOutcome> = $state({});
  #failed: Record<string, string> = $state({});
  #closed = false;

  constructor(run: string) {
    this.run = run;
    void this.#open();
  }

  close(): void {
    this.#closed = true;
  }

  at(wind: string, storage: string): VisitorOutcome | null {
    return this.#found[`${wind} ${storage}`] ?? null;
  }

  failedAt(wind: string, storage: string): string | null {
    return this.#failed[`${wind} ${storage}`] ?? null;
  }

  /** Asks for a position, until it is there: the server works on what was asked for last. */
  async want(wind: string, storage: string): Promise<void> {
    const key = `${wind} ${storage}`;
    while (!this.#closed && !this.#found[key] && !this.#failed[key]) {
      if (await this.#ask(key, wind, storage)) return;
      await new Promise((done) => window.setTimeout(done, AGAIN_MS));
      if (this.#wanted !== key) return;
    }
  }

  #wanted = '';

  choose(wind: string, storage: string): void {
    this.#wanted = `${wind} ${storage}`;
    void this.want(wind, storage);
  }

  async #ask(key: string, wind: string, storage: string): Promise<boolean> {
    try {
      const found = await ask<VisitorOutcome>(`${path('runs', this.run, 'visitors', 'what-if')}?wind=${wind}&storage=${storage}`);
      if (found.ready) this.#found[key] = found;
      return found.ready;
    } catch (error) {
      this.#failed[key] = error instanceof Error ? error.message : String(error);
      return true;
    }
  }

  async #open(): Promise<void> {
    try {
      this.what = await ask<VisitorsShown>(path('runs', this.run, 'visitors'));
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      return;
    }
    if (!this.what.week) return;
    this.choose('1', '1');
    // The others meanwhile, the nearest last: what was asked for last is worked out first.
    const far = (times: string): number => Math.abs(Number(times) - 1);
    const places = this.what.wind.flatMap((w) => this.what!.storage.map((s) => [w.times, s.times] as const));
    places.sort((a, b) => far(b[0]) + far(b[1]) - far(a[0]) - far(a[1]));
    for (const [wind, storage] of places) if (!this.#closed) await this.#ask(`${wind} ${storage}`, wind, storage);
  }
}
