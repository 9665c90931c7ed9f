/** What is written beside the symbols of a map. */
import type { Label } from '../../drawing/labels';
import { given } from '../../numbers';
import type { Language } from '../../state/person.svelte';
import { isWord, named, say } from '../../words';
import { SOURCES } from './places';
import type { Mark } from './layout';

const SIZE = 12;

export function labelsOf(marks: readonly Mark[], unit: number, language: Language): Label[] {
  return marks.map((mark) => ({
    id: mark.spots.map((s) => s.id).join(' '),
    lines: linesOf(mark, language),
    x: mark.x,
    y: mark.y,
    reach: mark.reach,
    rank: mark.rank,
    size: SIZE * unit,
    bold: mark.kind === 'substation',
  }));
}

function linesOf(mark: Mark, language: Language): string[] {
  const { kind, spots } = mark;
  const power = spots.reduce((sum, s) => sum + s.size, 0);
  const sized = SOURCES.includes(kind) && power > 0;
  if (spots.length > 1) {
    const word = `many.${kind}`;
    const count = isWord(word) ? say(word, { count: spots.length }) : String(spots.length);
    return sized ? [count, `${given(round(power))}\u202fMW`] : [count];
  }
  const { thing } = spots[0]!;
  const name = shortened(named(thing.name, thing.id), language);
  if (!sized) return [name];
  const energy = thing.figures.find((f) => f.field === 'e_nom_mwh')?.value;
  const size = `${given(round(power))}\u202fMW`;
  return [name, typeof energy === 'number' ? `${size} / ${given(round(energy))}\u202fMWh` : size];
}

/** A plan's sizes are not round: a tenth is enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortened(name: string, language: Language): string {
  const most = language === 'zh' ? 16 : 28;
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
