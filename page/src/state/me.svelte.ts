/** Who is logged in. A server without accounts knows nobody, and lets everybody do all. */
import { ask, AskFailed, change, own, path } from '../api/ask';
import type { Role, SessionShown } from '../api/schema';
import { person } from './person.svelte';

export const STAFF: readonly Role[] = ['engineer', 'auditor', 'admin'];
export const PLANNERS: readonly Role[] = ['engineer', 'admin'];
export const OVERSEERS: readonly Role[] = ['auditor', 'admin'];
export const OWN_OR_STAFF: readonly Role[] = ['enterprise', ...STAFF];

class Myself {
  session: SessionShown | null = $state.raw(null);
  failure: string | null = $state(null);
  /** Who was logged in last on this page: what is held in it is theirs. */
  #last: string | null = null;

  /** Whether one has to log in. */
  readonly out: boolean = $derived(this.session !== null && this.session.accounts && this.session.user === null);

  /** Whether one may do what these roles may. */
  may(roles: readonly Role[] | undefined): boolean {
    if (!this.session?.accounts || !roles) return true;
    return this.session.user !== null && roles.includes(this.session.user.role);
  }

  async arrive(): Promise<void> {
    this.failure = null;
    try {
      this.#take(await ask<SessionShown>(path('session')));
    } catch (error) {
      this.failure = error instanceof AskFailed ? error.message : String(error);
    }
  }

  async login(name: string, password: string): Promise<void> {
    const found = await change<SessionShown>('POST', path('session'), { name, password });
    if (this.#last !== null && this.#last !== found.user?.name) location.reload();
    else this.#take(found);
  }

  /** Logs out; the page is loaded anew, so that nothing that was shown is kept in it. */
  async logout(everywhere: boolean): Promise<void> {
    await change<SessionShown>('DELETE', `${path('session')}?everywhere=${String(everywhere)}`);
    location.reload();
  }

  /** The server knows the session no more. */
  readonly lost = (): void => {
    if (this.session?.user) void this.arrive();
  };

  #take(found: SessionShown): void {
    own.token = found.token;
    this.#last = found.user?.name ?? this.#last;
    this.session = found;
    person.mayAsk = this.may(PLANNERS);
  }
}

export const me = new Myself();
own.lost = me.lost;
own.renew = async () => {
  own.token = (await ask<SessionShown>(path('session'))).token;
};
