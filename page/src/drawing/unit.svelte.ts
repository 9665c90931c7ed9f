/** How large a px of a drawing is: on a wall, which is seen from further away, up to twice as large (tokens.css). */
const LARGE: readonly (readonly [width: number, px: number])[] = [
  [3400, 2],
  [2400, 1.5],
];

class Unit {
  px = $state(1);

  constructor() {
    for (const [width] of LARGE) {
      window.matchMedia(`(min-width: ${width}px)`).addEventListener('change', () => this.#measure());
    }
    this.#measure();
  }

  #measure(): void {
    this.px = LARGE.find(([width]) => window.matchMedia(`(min-width: ${width}px)`).matches)?.[1] ?? 1;
  }
}

export const unit = new Unit();
