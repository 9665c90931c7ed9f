/** An answer of the server that is on its way, there, not made yet, or not to be had. */
import { ask, AskFailed } from './ask';

export class Answer<T> {
  value: T | null = $state.raw(null);
  failure: string | null = $state(null);
  /** The account that one has here may not see it. */
  forbidden = $state(false);
  /** The command that makes what is asked for: nobody has made it yet. */
  missing: string | null = $state(null);
  busy = $state(false);
  #way: string | null = null;

  /** Asks, unless this was asked for last; with `keep` the answer before stays until the next one is there. */
  ask(way: string | null, keep = false): void {
    if (way === this.#way) return;
    this.#way = way;
    if (!keep) this.value = null;
    void this.#fetch(way);
  }

  /** Says that nobody has made it yet, and what makes it. */
  lack(command: string): void {
    this.#way = null;
    this.value = this.failure = null;
    this.missing = command;
  }

  fail(why: string): void {
    this.#way = null;
    this.failure = why;
  }

  again(): void {
    void this.#fetch(this.#way);
  }

  async #fetch(way: string | null): Promise<void> {
    this.failure = this.missing = null;
    this.forbidden = false;
    this.busy = way !== null;
    if (way === null) return;
    try {
      const value = await ask<T>(way);
      if (way === this.#way) this.value = value;
    } catch (error) {
      if (way !== this.#way) return;
      this.value = null;
      this.forbidden = error instanceof AskFailed && error.status === 403;
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      if (way === this.#way) this.busy = false;
    }
  }
}
