/** The streams of a Sankey diagram: from kinds of source to enterprises to metal, closing with what the sources fed in. */
import type { Ends } from './ends';

export interface Stream {
  /** A kind of source, or "held": what storages gave out beyond what they took in. */
  from: string;
  /** An enterprise or another user; "" gathers the smaller ones. */
  to: string;
  mwh: number;
}

export interface Streams {
  /** Between sources and users, each more than 0. */
  streams: readonly Stream[];
  /** Of an enterprise the MWh of its potlines: what goes on to metal. */
  metal: ReadonlyMap<string, number>;
  /** How many enterprises are gathered. */
  rest: number;
  /** What each kind of source fed in. */
  fed: ReadonlyMap<string, number>;
}

export const HELD = 'held';
export const REST = '';
const STORED = 'stored';

/** The kind under which a source is drawn: the renewable part of the public grid stands apart. */
export function kindOf(source: { kind: string; green: boolean }): string {
  return source.kind === 'grid' && source.green ? 'grid_green' : source.kind;
}

/**
 * Gathers sources by kind and potlines under their enterprise; `most` enterprises are kept, the largest. What is stored
 * is a user where more went in than came out, else a source of its own (`held`).
 */
export function streamsOf(ends: Ends, sums: readonly Float64Array[], most: number): Streams {
  const by = new Map<string, Map<string, number>>();
  const metal = new Map<string, number>();
  const fed = new Map<string, number>();
  const put = (from: string, to: string, mwh: number): void => {
    const row = by.get(from) ?? by.set(from, new Map()).get(from)!;
    row.set(to, (row.get(to) ?? 0) + mwh);
  };
  const add = (map: Map<string, number>, key: string, mwh: number): void => void map.set(key, (map.get(key) ?? 0) + mwh);
  const works = new Map<string, number>();
  ends.sources.forEach((source, s) => {
    ends.users.forEach((user, u) => {
      const mwh = sums[s]![u]!;
      if (mwh === 0) return;
      const owner = user.kind === 'potline' ? (user.enterprise ?? user.id) : user.id;
      add(fed, kindOf(source), mwh);
      put(kindOf(source), owner, mwh);
      if (user.kind === 'potline') add(metal, owner, mwh);
      if (user.kind === 'potline' || user.kind === 'enterprise') add(works, owner, mwh);
    });
  });
  const large = new Set([...works].sort((a, b) => b[1] - a[1]).slice(0, most).map(([id]) => id));
  const small = new Set([...works.keys()].filter((id) => !large.has(id) && !metal.has(id)));
  const gathered = small.size > 1;
  const streams: Stream[] = [];
  for (const [from, row] of by) {
    let rest = 0;
    for (const [to, mwh] of row) {
      if (gathered && small.has(to)) rest += mwh;
      else if (to === STORED && mwh < 0) streams.push({ from: HELD, to: from, mwh: -mwh });
      else if (mwh > 0) streams.push({ from, to, mwh });
    }
    if (rest > 0) streams.push({ from, to: REST, mwh: rest });
  }
  return { streams, metal, rest: gathered ? small.size : 0, fed };
}
