/** What stands beside the run that is shown: a ledger, passports, a catalogue. What does not is never asked for. */
import { Answer } from '../api/answer.svelte';
import { path } from '../api/ask';
import type { ProofsShown } from '../api/schema';

class Proofs {
  readonly answer = new Answer<ProofsShown>();

  /** Asks for something of what may stand beside a run, or says by which command it is made. Called in an effect. */
  ask<T>(answer: Answer<T>, kind: keyof ProofsShown, run: string, way: string, keep = false): void {
    this.answer.ask(path('runs', run, 'proofs'));
    const found = this.answer.value;
    if (!found) {
      if (this.answer.failure !== null) answer.fail(this.answer.failure);
      return;
    }
    if (found[kind].there) answer.ask(way, keep);
    else answer.lack(found[kind].command);
  }
}

export const proofs = new Proofs();
