/** An element that is taken out in thought: while it is, the drawings show the flows after its outage. */
import type { StateAfter } from '../api/schema';

class Struck {
  after: StateAfter | null = $state.raw(null);
  /** The element that is out in whatever hour is shown; null: in the hour of `after` alone. */
  trying: string | null = $state(null);

  /** All is in service again. */
  none(): void {
    [this.after, this.trying] = [null, null];
  }

  isOut(ids: readonly string[]): boolean {
    return this.after !== null && ids.includes(this.after.outage);
  }

  loading(id: string): number {
    return this.after?.loading[id] ?? NaN;
  }

  volts(bus: string): number {
    return this.after?.v_pu[bus] ?? NaN;
  }

  /** MW along a branch, from its first end to its second: the mean of what goes in and what comes out. */
  branch(id: string): number {
    const [from, to] = [this.after?.p_from_mw[id] ?? NaN, this.after?.p_to_mw[id] ?? NaN];
    return (from - to) / 2;
  }
}

export const struck = new Struck();
