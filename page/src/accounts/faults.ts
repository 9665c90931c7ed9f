/** What went wrong while a password was changed, as a word. */
import { AskFailed, kindOf } from '../api/ask';
import type { Word } from '../words';

export function faultOf(error: unknown): Word {
  if (!(error instanceof AskFailed) || error.status === 0 || error.status >= 500) return 'login.unreachable';
  const kind = kindOf(error.problem);
  if (kind === 'slow-down') return 'login.slow';
  return kind === 'wrong' ? 'me.old.wrong' : 'invitation.weak';
}
