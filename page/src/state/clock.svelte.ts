/** The one store of time: which hour is shown, how far the slider reaches, whether it plays. */
import { addressTime, dayBounds, hourOf, localTime, type LocalTime } from '../times';

export type Reach = 'day' | 'week' | 'year';
export const REACHES: readonly Reach[] = ['day', 'week', 'year'];
/** Hours of the park in a second of play. */
export const SPEEDS: readonly number[] = [2, 6, 24, 96];

export interface Period {
  first: number;
  stepMs: number;
  hours: number;
  zone: string;
}

export class Clock {
  period: Period | null = $state.raw(null);
  /** The hour that is shown. */
  k = $state(0);
  playing = $state(false);
  speed = $state(6);
  reach: Reach = $state('year');
  /** The hour that was shown before a stage without a run. */
  #kept: string | null = null;
  #bounds: Int32Array = $state.raw(Int32Array.of(0, 0));

  /** The hours that the slider reaches: from, and to without it. */
  readonly window: readonly [number, number] = $derived.by(() => this.#window());
  readonly local: LocalTime | null = $derived(this.period ? this.localOf(this.k) : null);

  /** Takes another run's hours; the same day and hour stay where the run has them. */
  take(period: Period | null, wanted: string | null = null): void {
    const asked = wanted ?? (this.local ? addressTime(this.local) : this.#kept);
    this.#kept = asked;
    this.period = period;
    this.playing = false;
    if (!period) return;
    const { first, stepMs, hours, zone } = period;
    this.#bounds = dayBounds(first, stepMs, hours, zone);
    this.k = (asked === null ? null : hourOf(asked, first, stepMs, hours, zone)) ?? Math.min(12, hours - 1);
  }

  /** The first hours of the local days. */
  get days(): readonly number[] {
    return Array.from(this.#bounds.subarray(0, -1));
  }

  localOf(k: number): LocalTime {
    const { first, stepMs, zone } = this.period!;
    return localTime(first + k * stepMs, zone);
  }

  go(k: number): void {
    const last = (this.period?.hours ?? 1) - 1;
    this.k = Math.max(0, Math.min(last, Math.round(k)));
  }

  /** Goes forth or back by hours, local days or local weeks. */
  step(count: number, by: 'hour' | 'day' | 'week'): void {
    if (!this.period) return;
    const perHour = 3_600_000 / this.period.stepMs;
    const length = { hour: Math.max(1, Math.round(perHour)), day: 24 * perHour, week: 168 * perHour }[by];
    this.go(this.k + count * length);
  }

  /** The bounds of the local day around an hour. */
  dayOf(k: number): readonly [number, number] {
    const at = this.#day(k);
    return [this.#bounds[at]!, this.#bounds[at + 1]!];
  }

  #day(k: number): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (bounds[middle]! <= k) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #window(): readonly [number, number] {
    if (!this.period) return [0, 1];
    if (this.reach === 'year') return [0, this.period.hours];
    const at = this.#day(this.k);
    if (this.reach === 'day') return [this.#bounds[at]!, this.#bounds[at + 1]!];
    const monday = at - this.localOf(this.#bounds[at]!).weekday;
    const days = this.#bounds.length - 1;
    return [this.#bounds[Math.max(0, monday)]!, this.#bounds[Math.min(days, monday + 7)]!];
  }

  #past = 0;
  #rest = 0;
  #frame = 0;

  play(on: boolean): void {
    if (!this.period || on === this.playing) return;
    this.playing = on;
    cancelAnimationFrame(this.#frame);
    if (!on) return;
    if (this.k >= this.period.hours - 1) this.k = 0;
    this.#past = performance.now();
    this.#rest = 0;
    this.#frame = requestAnimationFrame(this.#tick);
  }

  readonly #tick = (now: number): void => {
    if (!this.playing || !this.period) return;
    this.#rest += ((now - this.#past) / 1000) * this.speed * (3_600_000 / this.period.stepMs);
    this.#past = now;
    const steps = Math.floor(this.#rest);
    if (steps > 0) {
      this.#rest -= steps;
      this.go(this.k + steps);
      if (this.k >= this.period.hours - 1) this.playing = false;
    }
    if (this.playing) this.#frame = requestAnimationFrame(this.#tick);
  };
}

export const clock = new Clock();
