/** The arrays of the run that is shown: each is fetched once, and held. */
import { SvelteMap } from 'svelte/reactivity';
import { askColumns, path, type Columns } from '../api/ask';

export class RunArrays {
  readonly id: string;
  #held = new SvelteMap<string, Columns>();
  #asked = new Map<string, Promise<void>>();
  /** What could not be fetched, by what it was. */
  readonly failed = new SvelteMap<string, string>();

  constructor(id: string) {
    this.id = id;
  }

  /** Asks for arrays, if nobody has: `want("tables", "flows", "loading")`, `want("series")`. */
  want(...parts: string[]): Promise<void> {
    const key = parts.join('/');
    let asked = this.#asked.get(key);
    if (!asked) {

      asked = askColumns(path("runs", this.id, ...parts)).then(
        (columns) => void this.#held.set(key, columns),
        (error: unknown) => void this.failed.set(key, error instanceof Error ? error.message : String(error)),
      );
      this.#asked.set(key, asked);
    }
    return asked;
  }

  /** The arrays, once they are there. */
  get(...parts: string[]): Columns | null {
    return this.#held.get(parts.join('/')) ?? null;
  }

  /** One thing's figures over the run, once they are there. */
  of(table: string, column: string, id: string): Float32Array | null {
    return this.get("tables", table, column)?.of.get(id) ?? null;
  }
}
