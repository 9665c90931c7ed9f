/** What was asked of a plan, in a line. */
import type { WrittenListed } from '../api/schema';
import { fixed, percent } from '../numbers';
import { named, say } from '../words';

export function describe(plan: WrittenListed): string {
  const rules = plan.rules.map((rule) => {
    const value = rule.value !== null && rule.value <= 1 ? percent(rule.value, 0) : fixed(rule.value, 0);
    return `${named(rule.label, rule.kind)} ${value}${rule.since ? ` (${say('plan.since', { year: rule.since })})` : ''}`;
  });
  const parts = [...rules, ...(plan.export === false ? [say('plan.noexport')] : []), ...plan.changes];
  return parts.length > 0 ? parts.join(' · ') : say('plan.free');
}
