/** How the value of a knob is written: a size in its unit, a factor as a factor, a band of the current as ± %. */
import type { KnobShown } from '../api/schema';
import { given, percent } from '../numbers';
import { unitOf } from '../words';

export function written(knob: KnobShown, value: number | null): string {
  if (value === null) return '–';
  if (knob.unit !== '1') return `${given(Number(value.toFixed(2)))}\u202f${unitOf(knob.unit)}`;
  return knob.id === 'potline_band' ? `±\u202f${percent(value, 0)}` : `×\u202f${given(Number(value.toFixed(2)))}`;
}
