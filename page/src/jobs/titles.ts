/** What a job is called. */
import type { JobShown } from '../api/schema';
import { say, sayPart } from '../words';

export function titleOf(job: JobShown): string {
  const { about, kind } = job;
  const text = (name: string): string => String(about[name] ?? '');
  switch (kind) {
    case 'run':
      return say('job.run', { stage: text('stage') });
    case 'study':
      return `${sayPart('study', text('study'))} · ${text('run')}`;
    case 'what_if':
      return say('job.what_if', { run: text('run') });
    case 'plan':
      return say('job.plan', { years: (about['years'] as number[]).join(', ') });
    case 'frontier':
      return say('job.frontier', { years: (about['years'] as number[]).join(', ') });
    default:
      return kind;
  }
}
