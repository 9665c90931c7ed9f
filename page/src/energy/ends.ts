/** Energy from source to user by local day, and its sums over any days. */
import type { Table } from '@uwdata/flechette';
import { askTable, path } from '../api/ask';

export interface Source {
  id: string;
  kind: string;
  green: boolean;
  en: string;
  zh: string;
}

export interface User {
  id: string;
  kind: string;
  enterprise: string | null;
  en: string;
  zh: string;
}

/** Rows of day, source, user and MWh, the labels as places in lists. */
export class Ends {
  readonly sources: readonly Source[];
  readonly users: readonly User[];
  #days: readonly string[];
  #source: Int32Array;
  #user: Int32Array;
  #mwh: Float32Array;

  constructor(table: Table) {
    const facts = table.schema.metadata ?? new Map<string, string>();
    this.sources = JSON.parse(facts.get('sources') ?? '[]') as Source[];
    this.users = JSON.parse(facts.get('users') ?? '[]') as User[];
    const places = (name: string, ids: readonly { id: string }[]): Int32Array => {
      const at = new Map(ids.map(({ id }, n) => [id, n]));
      return Int32Array.from(table.getChild(name).toArray() as Iterable<string>, (id) => at.get(id)!);
    };
    this.#source = places('source', this.sources);
    this.#user = places('user', this.users);
    this.#mwh = Float32Array.from(table.getChild('mwh').toArray() as Iterable<number>);
    const named = new Map<number, string>();
    this.#days = Array.from(table.getChild('day').toArray() as Iterable<number>, (ms) => {
      let day = named.get(ms);
      if (day === undefined) named.set(ms, (day = new Date(ms).toISOString().slice(0, 10)));
      return day;
    });
  }

  /** MWh from source to user over local days, both included: `[source][user]`. */
  sums(first: string, last: string): Float64Array[] {
    const found = this.sources.map(() => new Float64Array(this.users.length));
    for (let n = 0; n < this.#mwh.length; n++) {
      const day = this.#days[n]!;
      if (day >= first && day <= last) found[this.#source[n]!]![this.#user[n]!]! += this.#mwh[n]!;
    }
    return found;
  }
}

const asked = new Map<string, Promise<Ends>>();

export function askEnds(run: string): Promise<Ends> {
  let found = asked.get(run);
  if (!found) {
    found = askTable(path('runs', run, 'sources-to-users')).then((table) => new Ends(table));
    found.catch(() => asked.delete(run));
    asked.set(run, found);
  }
  return found;
}
