/** What is written beside the symbols of a map. */
import type { Label } from '../../drawing/labels';
import { given } from '../../numbers';
import type { Language } from '../../state/person.svelte';
import { isWord, named, say } from '../../words';
import { SOURCES } from './places';
import { halves } from '../../drawing/labels';
import type { Mark } from './layout';

const SIZE = 12;
/** Letters beyond which a name is written in two lines. */
const LONG: Record<Language, number> = { zh: 12, en: 22 };

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
  const name = named(thing.name, thing.id);
  const lines = name.length > LONG[language] ? halves(name) : [name];
  if (!sized) return lines;
  const energy = thing.figures.find((f) => f.field === 'e_nom_mwh')?.value;
  const size = `${given(round(power))}\u202fMW`;
  return [...lines, typeof energy === 'number' ? `${size} / ${given(round(energy))}\u202fMWh` : size];
}

/** A plan's sizes are not round: a tenth is enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
