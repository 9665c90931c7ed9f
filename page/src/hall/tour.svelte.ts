/** The tour that runs by itself: where it stands, who took over, and when it goes on. */
import { person } from '../state/person.svelte';

export const STOP_MS = 12_000;
export const QUIET_MS = 60_000;

class Tour {
  on = $state(false);
  /** Which stop it is at; counts on without end. */
  at = $state(0);
  #timer = 0;

  /** Who has asked for less motion starts it with a key. */
  open(): void {
    this.at = 0;
    if (!person.still) this.#go();
  }

  close(): void {
    this.on = false;
    clearTimeout(this.#timer);
  }

  start(): void {
    this.#go();
  }

  /** Somebody touched something. */
  take(): void {
    this.on = false;
    clearTimeout(this.#timer);
    if (!person.still) this.#timer = window.setTimeout(() => this.#go(), QUIET_MS);
  }

  #go(): void {
    this.on = true;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(this.#next, STOP_MS);
  }

  readonly #next = (): void => {
    this.at += 1;
    this.#timer = window.setTimeout(this.#next, STOP_MS);
  };
}

export const tour = new Tour();
