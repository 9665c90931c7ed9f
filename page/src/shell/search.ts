/** What is meant by words that somebody types: things of the park by name, kind or number, and a time. */

export interface Named {
  id: string;
  /** Its names and what kind of thing it is, in every language. */
  names: readonly string[];
  kinds: readonly string[];
}

export interface Time {
  /** 03-03; null: only an hour was named. */
  day: string | null;
  /** 2025-; "" where no year was named. */
  year: string;
  /** 0..23; null: only a day was named. */
  hour: number | null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;

const DAYS: readonly (readonly [RegExp, (part: RegExpExecArray) => [year: string, month: number, day: number]])[] = [
  [/(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?/u, ([, y, m, d]) => [`${y}-`, Number(m), Number(d)]],
  [/(\d{1,2})月(\d{1,2})[日号]?/u, ([, m, d]) => ['', Number(m), Number(d)]],
  [new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+${MONTH}(?:\\s+(\\d{4}))?(?![a-z])`), ([, d, m, y]) => [y ? `${y}-` : '', MONTHS.indexOf(m!) + 1, Number(d)]],
  [new RegExp(`\\b${MONTH}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])(?:,?\\s+(\\d{4}))?`), ([, m, d, y]) => [y ? `${y}-` : '', MONTHS.indexOf(m!) + 1, Number(d)]],
  [/(?<![\w-])(\d{1,2})[-/](\d{1,2})(?![\w-])/, ([, m, d]) => ['', Number(m), Number(d)]],
];

const HOURS: readonly (readonly [RegExp, (part: RegExpExecArray) => number])[] = [
  [/(?<!\d)(\d{1,2}):\d{2}(?::\d{2})?(?!\d)/, ([, h]) => Number(h)],
  [/(下午|晚上)?(\d{1,2})[时点](?:\d{1,2}分?|整)?/u, ([, late, h]) => Number(h) + (late && Number(h) < 12 ? 12 : 0)],
  [/\b(\d{1,2})\s?(am|pm)\b/, ([, h, half]) => (Number(h) % 12) + (half === 'pm' ? 12 : 0)],
  [/\b(\d{1,2})\s?h\b/, ([, h]) => Number(h)],
];

/** Splits what was typed into a time and the rest, both as they are; null where no time is in it. */
export function timeIn(typed: string): { time: Time | null; rest: string } {
  let rest = typed.toLowerCase().replace(/(\d)t(\d\d)(?!\d)(:\d\d)?/, (_, a: string, b: string, c = ':00') => `${a} ${b}${c}`);
  const time: Time = { day: null, year: '', hour: null };
  for (const [pattern, read] of DAYS) {
    const part = pattern.exec(rest);
    if (!part) continue;
    const [year, month, day] = read(part);
    if (month < 1 || month > 12 || day < 1 || day > 31) continue;
    [time.year, time.day] = [year, `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`];
    rest = rest.replace(part[0], ' ');
    break;
  }
  for (const [pattern, read] of HOURS) {
    const part = pattern.exec(rest);
    if (!part) continue;
    const hour = read(part);
    if (hour > 23) continue;
    time.hour = hour;
    rest = rest.replace(part[0], ' ');
    break;
  }
  if (time.day === null && time.hour === null) return { time: null, rest: typed.trim() };
  return { time, rest: rest.replace(/(^|\s)(at|on|于|在|,|，)(?=\s|$)/g, ' ').trim() };
}

/** How well a thing answers what was typed: 0 is best, null is not at all. */
export function rankOf(typed: string, thing: Named): number | null {
  const wanted = typed.trim().toLowerCase().replace(/(\d)\s*[号#]/gu, '$1 ');
  if (!wanted.trim()) return null;
  const names = [thing.id, ...thing.names].map((name) => name.toLowerCase());
  if (names.includes(wanted)) return 0;
  const enterprise = thing.kinds.some((kind) => /enterprise/i.test(kind));
  if (/^\d+$/.test(wanted) && Number(/\d+$/.exec(thing.id)?.[0]) === Number(wanted)) return enterprise ? 1 : 2;
  if (names.some((name) => name.startsWith(wanted))) return 3;
  if (names.some((name) => name.includes(wanted))) return 4;
  const all = [...names, ...thing.kinds.map((kind) => kind.toLowerCase())];
  const tokens = tokensOf(wanted);
  if (!tokens.every((token) => all.some((name) => answers(token, name)))) return null;
  const own = Number(/\d+$/.exec(thing.id)?.[0]);
  const numbered = tokens.some((token) => /^\d+$/.test(token) && Number(token) === own);
  const ofKind = tokens.some((token) => thing.kinds.some((kind) => answers(token, kind.toLowerCase())));
  return 7 - (numbered ? 2 : 0) - (ofKind ? 1 : 0);
}

/** Words, numbers and runs of Chinese characters: "企业12" is two, "E12" is two. */
function tokensOf(text: string): string[] {
  return text.match(/\p{Script=Han}+|\d+|[^\s\d\p{Script=Han}\p{P}]+/gu) ?? [];
}

function answers(token: string, name: string): boolean {
  if (/\p{Script=Han}/u.test(token)) return name.includes(token);
  if (/^\d+$/.test(token)) return (name.match(/\d+/g) ?? []).some((number) => Number(number) === Number(token));
  return tokensOf(name).some((word) => word.startsWith(token));
}
