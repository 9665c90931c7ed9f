/** How large a px of a drawing is: on a wall, which is seen from further away, half as large again. */
const wall = window.matchMedia('(min-width: 2400px)');

class Unit {
  px = $state(wall.matches ? 1.5 : 1);

  constructor() {
    wall.addEventListener('change', () => (this.px = wall.matches ? 1.5 : 1));
  }
}

export const unit = new Unit();
