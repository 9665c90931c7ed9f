/** What flows through the pieces of a diagram, and how each is coloured. */
import type { PieceShown, TextShown, WireShown } from '../../api/schema';
import type { Stream } from '../../drawing/stream';
import { fixed, isKnown, plain } from '../../numbers';
import { looking } from '../../state/looking.svelte';
import { shown } from '../../state/shown.svelte';
import { greenTone, levelTone, loadingTone, NONE, voltageTone } from '../colours';
import { flows } from '../flows.svelte';

export const USERS: readonly string[] = ['load', 'motor', 'potline'];
const GREEN: readonly string[] = ['wind_farm', 'pv_plant'];

/** The branches of a piece, each with 1 where its first end is the piece's, -1 where its second is. */
function branches(piece: PieceShown, wire: WireShown): [string, number][] {
  const all = piece.arrows.flatMap((a) => a.flows);
  return wire.flow ? all.filter(([id]) => id === wire.flow) : all;
}

function sum(parts: readonly number[]): number {
  const known = parts.filter(isKnown);
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) : NaN;
}

/** MW into some branches at the ends that are named: + the first, - the second. */
function into(named: readonly (readonly [string, number])[], k: number): number {
  return sum(named.map(([id, sign]) => sign * flows.branch(id, k)));
}

export function unitsMw(ids: readonly string[], k: number): number {
  return sum(ids.map((id) => flows.unit(id, k)));
}

export function streamsOf(pieces: readonly PieceShown[]): Stream[] {
  return pieces.flatMap((piece) =>
    piece.open
      ? []
      : piece.wires.flatMap((wire, n): Stream[] => {
          const points = wire.points.flat();
          const id = `${piece.ids[0]}/${n}`;
          const named = branches(piece, wire);
          if (named.length > 0) return [{ id, points, mw: (k) => into(named, k) }];
          if (piece.ends.length === 1 && piece.kind !== 'switch') return [{ id, points, mw: (k) => -unitsMw(piece.ids, k) }];
          return [];
        }),
  );
}

export function wireToneOf(piece: PieceShown, wire: WireShown, k: number): string {
  const level = levelTone(wire.v_nom_kv);
  if (!shown.run || looking.colouring === 'voltage') return level;
  if (looking.colouring === 'pu') return voltageTone(flows.branchVolts(piece.ends, k));
  const named = branches(piece, wire);
  if (named.length === 0) return looking.colouring === 'green' ? feederTone(piece, k) : NONE;
  if (looking.colouring === 'loading') {
    const known = named.map(([id]) => flows.loading(id, k)).filter(isKnown);
    return loadingTone(known.length > 0 ? Math.max(...known) : NaN);
  }
  const mw = into(named, k);
  return greenTone(Number.isFinite(mw) ? flows.green(piece.ends[mw >= 0 ? 0 : 1] ?? '', k) : NaN);
}

function feederTone(piece: PieceShown, k: number): string {
  if (piece.kind === 'switch') return greenTone(flows.green(piece.ends[0] ?? '', k));
  if (GREEN.includes(piece.kind)) return greenTone(1);
  if (piece.kind === 'thermal_unit') return greenTone(0);
  return unitsMw(piece.ids, k) < 0 ? greenTone(flows.green(piece.ends[0] ?? '', k)) : NONE;
}

/** The figure for which a text has room. */
export function figureOf(text: TextShown, k: number): string {
  if (!flows.known) return '';
  if (text.figure === 'bus') {
    const pu = flows.volts(text.keys[0] ?? '', k);
    return Number.isFinite(pu) ? fixed(pu, 4) : '–';
  }
  if (text.figure === 'unit') {
    const mw = unitsMw(text.keys, k);
    return Number.isFinite(mw) ? `${plain(Math.abs(mw))}\u202fMW` : '–';
  }
  const mw = into(text.keys.map((key) => [key.slice(1), key.startsWith('-') ? -1 : 1] as const), k);
  return Number.isFinite(mw) ? plain(Math.abs(mw)) : '';
}
