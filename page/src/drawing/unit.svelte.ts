import { person } from '../state/person.svelte';

/** How large a px of a drawing is: on a wall, which is seen from further away, up to twice as large (tokens.css). */
const LARGE: readonly (readonly [width: number, px: number])[] = [
  [3400, 2],
  [2400, 1.5],
];

class Unit {
  #standing = $state(1);
  /** On a screen that is seen across a hall: px as that says, whatever its width. */
  hall: number | null = $state(null);

  get px(): number {
    return person.paper ? 1 : (this.hall ?? this.#standing);
  }

  constructor() {
    for (const [width] of LARGE) {
      window.matchMedia(`(min-width: ${width}px)`).addEventListener('change', () => this.#measure());
    }
    this.#measure();
  }

  #measure(): void {
    this.#standing = LARGE.find(([width]) => window.matchMedia(`(min-width: ${width}px)`).matches)?.[1] ?? 1;
  }
}

export const unit = new Unit();
