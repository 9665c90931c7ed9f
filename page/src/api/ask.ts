/** One way to the server: typed answers, faults in words, arrays as typed arrays. */
import { tableFromIPC, type Table } from '@uwdata/flechette';
import { person } from '../state/person.svelte';
import { say } from '../words';
import type { FaultSaid } from './schema';

/** What the server says of what went wrong (RFC 9457), in both languages. */
export interface Problem {
  type?: string;
  title?: string;
  title_zh?: string;
  detail?: string;
  detail_zh?: string;
  faults?: Partial<FaultSaid>[];
}

/** What is no place in a file: an argument, or a field of what was asked. */
const NO_FILE: readonly (string | undefined)[] = ['argument', 'request', undefined];

/** A fault in the person's language: where it stands, what is wrong, what would be right. */
export function faultText(fault: Partial<FaultSaid>): string {
  const zh = person.language === 'zh';
  const row = fault.row == null ? '' : say('fault.row', { row: fault.row });
  const place = [NO_FILE.includes(fault.file) ? '' : fault.file, row, fault.field].filter(Boolean).join(' ');
  const value = fault.value == null ? '' : ` = ${fault.value}`;
  const [problem, right] = zh ? [fault.problem_zh ?? fault.problem, fault.right_zh ?? fault.right] : [fault.problem, fault.right];
  const said = [problem, right].filter(Boolean).join(say('fault.between'));
  return place || value ? `${place}${value}${say('fault.after')}${said}` : said;
}

function textOf(status: number, problem: Problem): string {
  const zh = person.language === 'zh';
  const first = (zh ? (problem.detail_zh ?? problem.title_zh) : null) ?? problem.detail ?? problem.title ?? `HTTP ${status}`;
  return [first, ...(problem.faults ?? []).map(faultText)].join(say('fault.stop'));
}

export class AskFailed extends Error {
  constructor(
    readonly path: string,
    readonly status: number,
    readonly problem: Problem,
    /** After so many seconds one may ask again. */
    readonly waitS = 0,
  ) {
    super(textOf(status, problem));
  }
}

/** What shows the server that its own page asks, and what is done when it knows this browser no more. */
export const own = {
  token: '',
  lost: (): void => undefined,
  renew: (): Promise<void> => Promise.resolve(),
};

/** The kind of a problem: the last part of its name. */
export function kindOf(problem: Problem): string {
  return problem.type?.split(':').at(-1) ?? '';
}

async function answer(path: string, accept: string, how: RequestInit = {}): Promise<Response> {
  let found: Response;
  try {
    const said = how.method ? { 'x-csrf-token': own.token } : {};
    const kind = how.body ? { 'content-type': 'application/json' } : {};
    found = await fetch(path, { ...how, headers: { accept, ...said, ...kind } });
  } catch (error) {
    throw new AskFailed(path, 0, { title: `${say('fault.unanswered')} (${String(error)})` });
  }
  if (!found.ok) {
    const problem = (await found.json().catch(() => ({}))) as Problem;
    if (found.status === 401 && kindOf(problem) === 'log-in') own.lost();
    throw new AskFailed(path, found.status, problem, Number(found.headers.get('retry-after') ?? 0));
  }
  return found;
}

export async function ask<T>(path: string): Promise<T> {
  return (await (await answer(path, 'application/json')).json()) as T;
}

/** Has the server change something; every change says that it is JSON and shows the page's token, which no page of
 * another site can. A token that another tab's login has made old is asked for again, once. */
export async function change<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown = {}): Promise<T> {
  const send = async (): Promise<Response> => {
    const how = method === 'DELETE' ? { method } : { method, body: JSON.stringify(body) };
    return answer(path, 'application/json', how);
  };
  try {
    return (await (await send()).json()) as T;
  } catch (error) {
    if (!(error instanceof AskFailed) || error.status !== 403 || kindOf(error.problem) !== 'forgery') throw error;
    await own.renew();
    return (await (await send()).json()) as T;
  }
}

export interface Said {
  unit: string;
  en: string | null;
  zh: string | null;
}

/** Columns of one table, each a year long; an unknown figure is NaN. */
export interface Columns {
  readonly names: readonly string[];
  readonly of: ReadonlyMap<string, Float32Array>;
  readonly facts: ReadonlyMap<string, string>;
  /** What is said of each column: its unit, its words. */
  readonly told: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export async function askTable(path: string): Promise<Table> {
  const bytes = await (await answer(path, 'application/vnd.apache.arrow.stream')).arrayBuffer();
  return tableFromIPC(new Uint8Array(bytes));
}

export async function askColumns(path: string): Promise<Columns> {
  const table = await askTable(path);
  const of = new Map<string, Float32Array>();
  for (const name of table.names) of.set(name, floats(table.getChild(name).toArray()));
  const told = new Map(table.schema.fields.map((f) => [f.name, f.metadata ?? new Map<string, string>()]));
  return { names: table.names, of, told, facts: table.schema.metadata ?? new Map<string, string>() };
}

/** What is said of a column: its unit and names. */
export function saidOf(columns: Columns, name: string): Said {
  const told = columns.told.get(name);
  return { unit: told?.get('unit') ?? '', en: told?.get('en') ?? null, zh: told?.get('zh') ?? null };
}

function floats(values: ArrayLike<unknown>): Float32Array {
  if (values instanceof Float32Array) return values;
  const found = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    found[k] = value === null || value === undefined ? NaN : Number(value);
  }
  return found;
}

export function path(...parts: string[]): string {
  return ['/api', ...parts.map(encodeURIComponent)].join('/');
}
