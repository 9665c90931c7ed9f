/** The jobs of the server: asked for, followed by its events, cancelled. They go on when the page is left. */
import { SvelteMap } from 'svelte/reactivity';
import { ask, change, path } from '../api/ask';
import type { JobShown, JobsListed } from '../api/schema';
import { shown } from '../state/shown.svelte';

const REMEMBERED = 'holin.jobs';
/** A job that ended before the page was opened is no news. */
const NEWS_MS = 10_000;

export const ACTIVE: readonly string[] = ['waiting', 'running'];

class Jobs {
  readonly all = new SvelteMap<string, JobShown>();
  /** Why the last wish was refused, in words. */
  refused: string | null = $state(null);
  /** Whether the server can be heard; it says so itself by events. */
  heard = $state(false);
  #events: EventSource | null = null;
  #ended = new Map<string, ((job: JobShown) => void)[]>();

  /** Listens to the server's jobs, if nobody has yet. */
  listen(): void {
    if (this.#events) return;
    const events = new EventSource(path('jobs', 'events'));
    events.addEventListener('job', (event: MessageEvent<string>) => this.#take(JSON.parse(event.data) as JobShown));
    events.addEventListener('open', () => {
      this.heard = true;
      void this.#tidy();
    });
    events.addEventListener('error', () => (this.heard = false));
    this.#events = events;
  }

  /** Listens again after a reload, where this browser has asked for a job before. */
  resume(): void {
    if (sessionStorage.getItem(REMEMBERED) !== null) this.listen();
  }

  async ask(body: Record<string, unknown>): Promise<JobShown | null> {
    this.refused = null;
    try {
      const job = await change<JobShown>('POST', path('jobs'), body);
      sessionStorage.setItem(REMEMBERED, '1');
      this.#take(job);
      this.listen();
      return job;
    } catch (error) {
      this.refused = error instanceof Error ? error.message : String(error);
      return null;
    }
  }

  async cancel(id: string): Promise<void> {
    await this.#try(async () => this.#take(await change<JobShown>('POST', path('jobs', id, 'cancel'))));
  }

  async keep(id: string, name: string): Promise<JobShown | null> {
    let kept: JobShown | null = null;
    await this.#try(async () => {
      kept = await change<JobShown>('POST', path('jobs', id, 'keep'), { name });
      this.#take(kept);
      await shown.reload();
    });
    return kept;
  }

  async forget(id: string): Promise<void> {
    await this.#try(async () => void (await change<JobsListed>('DELETE', path('jobs', id))));
    this.all.delete(id);
  }

  /** Jobs of a kind that what they were asked for fits, the newest last. */
  of(kind: string, fits: (about: Record<string, unknown>) => boolean = () => true): JobShown[] {
    return [...this.all.values()].filter((job) => job.kind === kind && fits(job.about));
  }

  /** Calls once when a job has ended. */
  whenEnded(id: string, then: (job: JobShown) => void): void {
    const job = this.all.get(id);
    if (job && !ACTIVE.includes(job.state)) then(job);
    else this.#ended.set(id, [...(this.#ended.get(id) ?? []), then]);
  }

  #take(job: JobShown): void {
    const before = this.all.get(job.id);
    if (before && before.change > job.change) return;
    this.all.set(job.id, job);
    if (ACTIVE.includes(job.state)) return;
    if (!before && job.ended && Date.now() - Date.parse(job.ended) > NEWS_MS) return;
    if (before && !ACTIVE.includes(before.state)) return;
    if (job.made && (job.made.run || job.made.plan || job.made.frontier)) void shown.reload();
    for (const then of this.#ended.get(job.id) ?? []) then(job);
    this.#ended.delete(job.id);
  }

  /** Drops jobs that the server, started anew or tidied by another page, no longer knows. */
  async #tidy(): Promise<void> {
    const { jobs } = await ask<JobsListed>(path('jobs'));
    const known = new Set(jobs.map((job) => job.id));
    for (const id of [...this.all.keys()]) if (!known.has(id)) this.all.delete(id);
    for (const job of jobs) this.#take(job);
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.refused = error instanceof Error ? error.message : String(error);
    }
  }
}

export const jobs = new Jobs();
