/** The symbols of a map, each about its middle, as the report draws them; `fill` and `back` are colours. */

export interface Shape {
  d: string;
  fill?: 'own' | 'back';
  stroke?: 'own' | 'back';
  width?: number;
}

export const REACH: Record<string, number> = { substation: 8, bus: 5, enterprise: 6 };
export const REACH_ELSE = 10;

const CIRCLE = (r: number): string => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

export const SYMBOLS: Record<string, readonly Shape[]> = {
  substation: [{ d: 'M-6 -6H6V6H-6Z', fill: 'back', stroke: 'own', width: 2.6 }],
  bus: [{ d: 'M-3.5 -3.5H3.5V3.5H-3.5Z', fill: 'back', stroke: 'own', width: 1.6 }],
  grid: [{ d: 'M-9 -7H9L0 9Z', fill: 'own' }],
  wind_farm: [
    { d: 'M0 10V0M0 0V-10M0 0L8.6 5M0 0L-8.6 5', stroke: 'own', width: 2.4 },
    { d: CIRCLE(2), fill: 'own' },
  ],
  pv_plant: [
    { d: 'M-8 6L-4.5 -6H9.5L6 6Z', fill: 'own' },
    { d: 'M-6.3 0H7.8M2.3 -6L-1 6', stroke: 'back', width: 1.1 },
  ],
  thermal_unit: [{ d: 'M-8 8L-5 -9H-.5L.6 1L8 -2.4V8Z', fill: 'own' }],
  generator: [
    { d: CIRCLE(8), stroke: 'own', width: 2, fill: 'back' },
    { d: 'M-5 0C-3.5 -5 -1.5 -5 0 0S3.5 5 5 0', stroke: 'own', width: 1.8 },
  ],
  storage: [
    { d: 'M-9 -6H7.5V6H-9ZM7.5 -2.5H10V2.5H7.5Z', fill: 'own' },
    { d: 'M-.6 -4.8L-4.6 1H-.8L-2 4.8L3 -1H-.6Z', fill: 'back' },
  ],
  potline: [{ d: 'M-10 7V-3L-3.3 -8V-3L3.3 -8V-3L10 -8V7Z', fill: 'own' }],
  enterprise: [{ d: CIRCLE(5), fill: 'own', stroke: 'back', width: 1 }],
};

/** The colour of a kind of thing: the same in every view. */
export const TONE: Record<string, string> = {
  substation: 'var(--ink)',
  bus: 'var(--muted)',
  grid: 'var(--grid)',
  wind_farm: 'var(--wind)',
  pv_plant: 'var(--solar)',
  thermal_unit: 'var(--coal)',
  generator: 'var(--other)',
  storage: 'var(--discharge)',
  potline: 'var(--potline)',
  enterprise: 'var(--works)',
};
