/** What visitors have worked out: positions of the two sliders, and stages that have no run; kept while the hall is open. */
import { ask, path } from '../api/ask';
import type { VisitorOutcome, VisitorsShown } from '../api/schema';

/** How soon it is asked again whether an answer is there, and how seldom after a while. */
const AGAIN_MS = 400;
const SELDOM_MS = 3000;

export interface Position {
  stage: string;
  wind: string;
  storage: string;
}

export class Visits {
  readonly run: string;
  /** The run's own. */
  readonly stage: string;
  what: VisitorsShown | null = $state.raw(null);
  failure: string | null = $state(null);
  /** By position, once it is worked out. */
  #found: Record<string, VisitorOutcome> = $state({});
  #failed: Record<string, string> = $state({});
  #closed = false;
  /** What somebody waits for. */
  #wanted = '';

  /** `stages` have no run of their own; the next one is worked out before the tour comes to it. */
  constructor(run: string, stage: string, stages: readonly string[]) {
    this.run = run;
    this.stage = stage;
    void this.#open(stages);
  }

  close(): void {
    this.#closed = true;
  }

  at(position: Position): VisitorOutcome | null {
    return this.#found[keyOf(position)] ?? null;
  }

  failedAt(position: Position): string | null {
    return this.#failed[keyOf(position)] ?? null;
  }

  /** A stage as it is planned. */
  planned(stage: string): Position {
    return { stage, wind: '1', storage: '1' };
  }

  /** Asks for a position, until it is there: the server works on what was asked for last. */
  choose(position: Position): void {
    this.#wanted = keyOf(position);
    void this.#until(position, () => this.#wanted === keyOf(position));
  }

  async #until(position: Position, still: () => boolean): Promise<void> {
    const key = keyOf(position);
    let pause = AGAIN_MS;
    while (!this.#closed && !this.#found[key] && this.#failed[key] === undefined) {
      if (await this.#ask(position)) return;
      await new Promise((done) => window.setTimeout(done, pause));
      pause = Math.min(1.5 * pause, SELDOM_MS);
      if (!still()) return;
    }
  }

  async #ask(position: Position): Promise<boolean> {
    const key = keyOf(position);
    try {
      const asked = new URLSearchParams({ ...position }).toString();
      const found = await ask<VisitorOutcome>(`${path('runs', this.run, 'visitors', 'what-if')}?${asked}`);
      if (found.ready) this.#found[key] = found;
      return found.ready;
    } catch (error) {
      this.#failed[key] = error instanceof Error ? error.message : String(error);
      return true;
    }
  }

  async #open(stages: readonly string[]): Promise<void> {
    try {
      this.what = await ask<VisitorsShown>(path('runs', this.run, 'visitors'));
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      return;
    }
    if (!this.what.week) return;
    const now = this.planned(this.stage);
    this.#wanted = keyOf(now);
    await this.#until(now, () => true);
    for (const stage of stages) await this.#until(this.planned(stage), () => true);
    // The others meanwhile, the nearest last: what was asked for last is worked out first.
    const far = (times: string): number => Math.abs(Number(times) - 1);
    const places = this.what.wind.flatMap((w) => this.what!.storage.map((s) => ({ stage: this.stage, wind: w.times, storage: s.times })));
    places.sort((a, b) => far(b.wind) + far(b.storage) - far(a.wind) - far(a.storage));
    for (const place of places) if (!this.#closed) await this.#ask(place);
  }
}

function keyOf({ stage, wind, storage }: Position): string {
  return `${stage} ${wind} ${storage}`;
}
