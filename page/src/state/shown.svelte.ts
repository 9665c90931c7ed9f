/** What is shown: park, stage and run, and which thing is chosen. */
import { ask, path } from '../api/ask';
import type { LibraryListed, ParkListed, ParkShown, RunListed, StageListed } from '../api/schema';
import { clock, type Period } from './clock.svelte';
import { RunArrays } from './run.svelte';

export interface Wish {
  park?: string | null;
  stage?: string | null;
  run?: string | null;
  time?: string | null;
}

class Shown {
  library: LibraryListed | null = $state.raw(null);
  failure: string | null = $state(null);
  park: ParkListed | null = $state.raw(null);
  stage: StageListed | null = $state.raw(null);
  run: RunListed | null = $state.raw(null);
  arrays: RunArrays | null = $state.raw(null);
  /** Everything that stands at the stage. */
  view: ParkShown | null = $state.raw(null);
  viewFailure: string | null = $state(null);
  /** When the stage last changed (ms): what appears then fades in, and what goes fades out. */
  changed = -Infinity;
  /** The chosen thing's id. */
  chosen: string | null = $state(null);

  async open(wish: Wish): Promise<void> {
    this.failure = null;
    try {
      this.library = await ask<LibraryListed>(path('library'));
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      return;
    }
    this.pick(wish);
  }

  /** Reads the library again, after a job has added to it; what is shown stays, a stage that had no run gets its own. */
  async reload(): Promise<void> {
    try {
      this.library = await ask<LibraryListed>(path('library'));
    } catch {
      return; // what is known stays
    }
    this.park = this.library.parks.find((p) => p.id === this.park?.id) ?? this.park;
    if (!this.run) this.show(this.stage, runOf(this.library.runs, this.park, this.stage, null), null);
  }

  /** Shows what was wished for, or what is nearest to it. */
  pick(wish: Wish): void {
    const { library } = this;
    if (!library) return;
    const named = library.runs.find((r) => r.id === wish.run) ?? null;
    const parkId = named?.park ?? wish.park ?? null;
    const run = named ?? (parkId === null || !wish.stage ? longest(library.runs, parkId) : null);
    const park = library.parks.find((p) => p.id === (run?.park ?? parkId)) ?? library.parks[0] ?? null;
    this.park = park;
    const stage = park?.stages.find((s) => s.name === (run?.stage ?? wish.stage)) ?? park?.stages.find((s) => s.name === park.default_stage) ?? park?.stages.at(-1) ?? null;
    this.show(stage, named ?? runOf(library.runs, park, stage, this.run), wish.time ?? null);
  }

  /** Goes to another stage, with the run of it where there is one. */
  goStage(stage: StageListed): void {
    this.show(stage, runOf(this.library?.runs ?? [], this.park, stage, this.run), null);
  }

  show(stage: StageListed | null, run: RunListed | null, time: string | null): void {
    this.stage = stage;
    if (run?.id !== this.run?.id || !this.arrays) {
      this.run = run;
      this.arrays = run ? new RunArrays(run.id) : null;
      clock.take(run && periodOf(run), time);
    } else if (time) clock.take(clock.period, time);
    void this.#fetchView();
  }

  async #fetchView(): Promise<void> {
    const { run, park, stage } = this;
    if (!park) return;
    const way = run ? path('runs', run.id, 'park') : `${path('parks', park.id)}?stage=${encodeURIComponent(stage?.name ?? '')}`;
    try {
      const view = await ask<ParkShown>(way);
      if (this.run !== run || this.stage !== stage) return; // meanwhile something else was picked
      if (this.view?.id === view.id) this.changed = performance.now();
      this.view = view;
      this.viewFailure = null;
    } catch (error) {
      if (this.run === run && this.stage === stage) this.viewFailure = error instanceof Error ? error.message : String(error);
    }
  }
}

function periodOf(run: RunListed): Period | null {
  const { first, step_s, hours, time_zone } = run;
  if (first === null || step_s === null || hours === null || time_zone === null) return null;
  return { first: Date.parse(first), stepMs: step_s * 1000, hours, zone: time_zone };
}

function longest(runs: readonly RunListed[], park: string | null): RunListed | null {
  const fit = runs.filter((r) => r.faults.length === 0 && (park === null || r.park === park));
  return fit.reduce<RunListed | null>((best, r) => (best && (best.hours ?? 0) >= (r.hours ?? 0) ? best : r), null);
}

/** The run of a stage: the one shown, else the longest, of the same kind first. */
function runOf(runs: readonly RunListed[], park: ParkListed | null, stage: StageListed | null, now: RunListed | null): RunListed | null {
  const fit = runs.filter((r) => r.park === park?.id && r.stage === stage?.name);
  if (now && fit.some((r) => r.id === now.id)) return now;
  const alike = fit.filter((r) => r.kind === now?.kind);
  return longest(alike.length ? alike : fit, null);
}

export const shown = new Shown();
