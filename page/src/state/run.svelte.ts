/** The arrays of the run that is shown: each is fetched once, and held. What the run does not have is never asked for. */
import { SvelteMap } from 'svelte/reactivity';
import { ask, askColumns, path, type Columns } from '../api/ask';
import type { TablesShown } from '../api/schema';

/** What the server makes from tables: it has them where the run has all of these. */
const MADE_FROM: Readonly<Record<string, readonly string[]>> = {
  series: ['schedule'],
  visitors: ['flows', 'trace'],
  buses: ['flows', 'trace'],
  green: ['trace'],
  enterprises: ['flows', 'schedule', 'trace', 'carbon'],
};

export class RunArrays {
  readonly id: string;
  #held = new SvelteMap<string, Columns>();
  #asked = new Map<string, Promise<void>>();
  #tables: Promise<ReadonlyMap<string, ReadonlySet<string>>> | null = null;
  /** What could not be fetched, and why. */
  readonly failed = new SvelteMap<string, string>();

  constructor(id: string) {
    this.id = id;
  }

  /** Asks for arrays, if nobody has: `want('tables', 'flows', 'loading')`, `want('series')`. */
  want(...parts: string[]): Promise<void> {
    const key = parts.join('/');
    let asked = this.#asked.get(key);
    if (!asked) {
      asked = this.#fetch(key, parts).catch((error: unknown) => {
        this.failed.set(key, error instanceof Error ? error.message : String(error));
      });
      this.#asked.set(key, asked);
    }
    return asked;
  }

  /** The arrays, once they are there. */
  get(...parts: string[]): Columns | null {
    return this.#held.get(parts.join('/')) ?? null;
  }

  /** Asks again for all that could not be fetched. */
  again(): void {
    const keys = [...this.failed.keys()];
    this.failed.clear();
    this.#tables = null;
    for (const key of keys) {
      this.#asked.delete(key);
      void this.want(...key.split('/'));
    }
  }

  async #fetch(key: string, parts: readonly string[]): Promise<void> {
    this.#tables ??= ask<TablesShown>(path('runs', this.id, 'tables')).then(
      ({ tables }) => new Map(tables.map((t) => [t.name, new Set(t.columns.map((c) => c.name))])),
    );
    const has = await this.#tables;
    const [group = '', table = '', column = ''] = parts;
    const there = group === 'tables' ? has.get(table)?.has(column) : MADE_FROM[group]?.every((name) => has.has(name));
    if (there) this.#held.set(key, await askColumns(path('runs', this.id, ...parts)));
  }
}
