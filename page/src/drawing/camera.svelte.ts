/** Where one looks in a drawing: a place of the drawing at (u, v) shows at (u * zoom + x, v * zoom + y) px. */
import { person } from '../state/person.svelte';

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const EASE_MS = 320;
const STEP = 1.4;

export class Camera {
  x = $state(0);
  y = $state(0);
  zoom = $state(1);
  width = $state(0);
  height = $state(0);
  /** The whole drawing, in its own units. */
  all: Box = $state.raw({ left: 0, top: 0, right: 1, bottom: 1 });
  /** How many times nearer than the whole drawing one may go. */
  readonly nearest: number;
  /** How long it glides, in ms. */
  ease = EASE_MS;
  /** px that the frame's own buttons and panels cover on each side. */
  margin: Box = $state.raw({ left: 0, top: 0, right: 0, bottom: 0 });
  /** What of the drawing is in sight once it has come to rest, in the drawing's units. */
  sight: Box = $state.raw({ left: 0, top: 0, right: 0, bottom: 0 });
  #moved = false;
  /** The part that was asked for last, to be shown again where the window changes its size. */
  #part: Box | null = null;
  #frame = 0;

  constructor(nearest: number, margin: Box) {
    this.nearest = nearest;
    this.margin = margin;
  }

  readonly fit: number = $derived.by(() => {
    const { all, margin } = this;
    const wide = Math.max(50, this.width - margin.left - margin.right);
    const high = Math.max(50, this.height - margin.top - margin.bottom);
    return Math.min(wide / Math.max(all.right - all.left, 1e-9), high / Math.max(all.bottom - all.top, 1e-9));
  });

  /** Takes another drawing or another size of the window; who has looked around already stays there. */
  resize(width: number, height: number, all: Box): void {
    const same = this.all.left === all.left && this.all.right === all.right && this.all.top === all.top && this.all.bottom === all.bottom;
    const middle = this.#moved && same && this.width > 0 ? [(this.width / 2 - this.x) / this.zoom, (this.height / 2 - this.y) / this.zoom] : null;
    const grown = !same && this.width === width && this.height === height;
    this.width = width;
    this.height = height;
    this.all = all;
    if (!this.#moved && this.#part) this.show(this.#part, false);
    else if (!middle) this.whole(grown);
    else {
      this.x = width / 2 - middle[0]! * this.zoom;
      this.y = height / 2 - middle[1]! * this.zoom;
    }
  }

  whole(slowly = true): void {
    this.show(this.all, slowly, this.fit);
    this.#moved = false;
    this.#part = null;
  }

  /** Shows a part of the drawing in the middle, as near as `zoom` or as it fits. */
  show(part: Box, slowly = true, zoom?: number): void {
    const { margin } = this;
    this.#moved = zoom !== undefined;
    this.#part = part;
    const wide = this.width - margin.left - margin.right;
    const high = this.height - margin.top - margin.bottom;
    const fits = Math.min(wide / Math.max(part.right - part.left, 1e-9), high / Math.max(part.bottom - part.top, 1e-9));
    const to = zoom ?? this.#within(fits * 0.8);
    const x = margin.left + wide / 2 - ((part.left + part.right) / 2) * to;
    const y = margin.top + high / 2 - ((part.top + part.bottom) / 2) * to;
    this.#to(x, y, to, slowly);
  }

  /** Moves a place of the drawing (in px from its origin, as it is zoomed now) to the middle, if it is not in sight. */
  reveal(x: number, y: number): void {
    const { left, top, right, bottom } = this.margin;
    const edge = 24;
    const inSight =
      x + this.x > Math.min(left, edge) && x + this.x < this.width - Math.min(right, edge) &&
      y + this.y > Math.min(top, edge) && y + this.y < this.height - Math.min(bottom, edge);
    if (inSight) return;
    this.#moved = true;
    this.#to(this.width / 2 - x, this.height / 2 - y, this.zoom, true);
  }

  #to(x: number, y: number, zoom: number, slowly: boolean): void {
    this.sight = { left: -x / zoom, top: -y / zoom, right: (this.width - x) / zoom, bottom: (this.height - y) / zoom };
    if (slowly && !person.still) this.#glide(x, y, zoom);
    else {
      cancelAnimationFrame(this.#frame);
      [this.x, this.y, this.zoom] = [x, y, zoom];
    }
  }

  /** Zooms about a place on the screen. */
  nearer(by: number, px = this.width / 2, py = this.height / 2, slowly = false): void {
    const to = this.#within(this.zoom * by);
    const x = px - ((px - this.x) / this.zoom) * to;
    const y = py - ((py - this.y) / this.zoom) * to;
    this.#moved = true;
    this.#to(x, y, to, slowly);
  }

  pan(dx: number, dy: number): void {
    cancelAnimationFrame(this.#frame);
    this.#moved = true;
    this.x += dx;
    this.y += dy;
    this.#hold();
  }

  key(event: KeyboardEvent): boolean {
    const far = 80;
    const acts: Record<string, () => void> = {
      '+': () => this.nearer(STEP, undefined, undefined, true),
      '=': () => this.nearer(STEP, undefined, undefined, true),
      '-': () => this.nearer(1 / STEP, undefined, undefined, true),
      '0': () => this.whole(),
    };
    const pans: Record<string, () => void> = {
      ArrowLeft: () => this.pan(far, 0),
      ArrowRight: () => this.pan(-far, 0),
      ArrowUp: () => this.pan(0, far),
      ArrowDown: () => this.pan(0, -far),
    };
    const focused = event.target instanceof Element && event.target.matches('[data-drawing]');
    const act = acts[event.key] ?? (focused ? pans[event.key] : undefined);
    act?.();
    return act !== undefined;
  }

  #within(zoom: number): number {
    return Math.min(Math.max(zoom, this.fit * 0.8), this.fit * this.nearest);
  }

  /** Keeps some of the drawing in sight. */
  #hold(): void {
    const { all, zoom, width, height } = this;
    const keep = 80;
    this.x = Math.min(Math.max(this.x, keep - all.right * zoom), width - keep - all.left * zoom);
    this.y = Math.min(Math.max(this.y, keep - all.bottom * zoom), height - keep - all.top * zoom);
  }

  #glide(x: number, y: number, zoom: number): void {
    cancelAnimationFrame(this.#frame);
    const from = [this.x, this.y, this.zoom] as const;
    const alike = Math.abs(zoom / from[2] - 1) < 1e-6; // then the share of the way would be a quotient of roundings
    const start = performance.now();
    const tick = (now: number): void => {
      const share = Math.min(1, (now - start) / this.ease);
      const eased = 1 - (1 - share) ** 3;
      this.zoom = from[2] * (zoom / from[2]) ** eased;
      const part = alike ? eased : (this.zoom - from[2]) / (zoom - from[2]);
      this.x = from[0] + (x - from[0]) * part;
      this.y = from[1] + (y - from[1]) * part;
      if (share < 1) this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
  }
}
