/** The studies of a run's grid: those that are made are fetched, others are had made by a job. */
import { ask, path } from '../api/ask';
import type { FaultsShown, HostingShown, OutagesShown, StudiesListed, Study } from '../api/schema';
import { jobs } from '../jobs/jobs.svelte';

interface Answers {
  n1: OutagesShown;
  fault: FaultsShown;
  hosting: HostingShown;
}

class Studies {
  run: string | null = null;
  made: ReadonlySet<Study> | null = $state.raw(null);
  failure: string | null = $state(null);
  n1: OutagesShown | null = $state.raw(null);
  fault: FaultsShown | null = $state.raw(null);
  hosting: HostingShown | null = $state.raw(null);

  /** Looks which studies of a run are made, and fetches them. */
  async open(run: string): Promise<void> {
    if (this.run === run) return;
    this.run = run;
    [this.made, this.n1, this.fault, this.hosting, this.failure] = [null, null, null, null, null];
    await this.#look(run);
    for (const job of jobs.of('study', (about) => about['run'] === run)) this.#await(job.id, run);
  }

  async make(study: Study): Promise<void> {
    const { run } = this;
    if (run === null) return;
    const job = await jobs.ask({ kind: 'study', run, study });
    if (job) this.#await(job.id, run);
  }

  #await(job: string, run: string): void {
    jobs.whenEnded(job, () => {
      if (this.run === run) void this.#look(run);
    });
  }

  async #look(run: string): Promise<void> {
    try {
      const { studies } = await ask<StudiesListed>(path('runs', run, 'studies'));
      if (this.run !== run) return;
      this.made = new Set(studies.filter((s) => s.made).map((s) => s.study));
      for (const study of this.made) if (this[study] === null) await this.#fetch(run, study);
    } catch (error) {
      if (this.run === run) this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  async #fetch<S extends Study>(run: string, study: S): Promise<void> {
    const found = await ask<Answers[S]>(path('runs', run, 'studies', study));
    if (this.run === run) (this as unknown as Answers)[study] = found;
  }
}

export const studies = new Studies();
