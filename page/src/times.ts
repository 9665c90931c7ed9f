/** Local times of the park: days, weeks and their bounds for hours that are counted from a first one. */

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, found);
  }
  return found;
}

export interface LocalTime {
  /** 2025-03-03 */
  day: string;
  /** 18:00 */
  clock: string;
  /** Monday is 0. */
  weekday: number;
}

export function localTime(ms: number, zone: string): LocalTime {
  const part: Record<string, string> = {};
  for (const { type, value } of format(zone).formatToParts(ms)) part[type] = value;
  const day = `${part['year']}-${part['month']}-${part['day']}`;
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return { day, clock: `${part['hour']}:${part['minute']}`, weekday };
}

/** The first hours of the local days in `hours` steps, from 0 on, with `hours` at the end. */
export function dayBounds(first: number, stepMs: number, hours: number, zone: string): Int32Array {
  const bounds: number[] = [];
  let before = '';
  for (let k = 0; k < hours; k++) {
    const { day } = localTime(first + k * stepMs, zone);
    if (day !== before) bounds.push(k);
    before = day;
  }
  bounds.push(hours);
  return Int32Array.from(bounds);
}

/** The hour of a local time such as 2025-03-03T18; of another year the same day and hour; null where there is none. */
export function hourOf(text: string, first: number, stepMs: number, hours: number, zone: string): number | null {
  const wanted = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d))?/.exec(text);
  if (!wanted) return null;
  const [, , month, day, hour = '00'] = wanted;
  const start = localTime(first, zone);
  for (const year of [Number(start.day.slice(0, 4)), Number(start.day.slice(0, 4)) + 1]) {
    const near = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
    const k0 = Math.round((near - first) / stepMs);
    const reach = Math.ceil(DAY_MS / stepMs);
    for (let k = Math.max(0, k0 - reach); k <= Math.min(hours - 1, k0 + reach); k++) {
      const local = localTime(first + k * stepMs, zone);
      if (local.day === `${year}-${month}-${day}` && local.clock.slice(0, 2) === hour) return k;
    }
  }
  return null;
}

export function addressTime(local: LocalTime): string {
  return `${local.day}T${local.clock.slice(0, 2)}`;
}
