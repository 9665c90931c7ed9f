/** The answers that the page reads. */

export interface Label {
  zh: string;
  en: string;
}
export interface StageListed {
  name: string;
  as_of: string;
  title: Label;
}
export interface FaultSaid {
  file: string;
  field?: string | null;
  value?: string | null;
  problem: string;
  right: string;
}
export interface ParkListed {
  id: string;
  name: Label;
  synthetic: Label | null;
  default_stage: string | null;
  stages: StageListed[];
  faults: FaultSaid[];
}
export interface RunListed {
  id: string;
  park: string | null;
  park_name: Label | null;
  stage: string | null;
  kind: 'demo' | 'metered' | null;
  made: string | null;
  first: string | null;
  hours: number | null;
  step_s: number | null;
  time_zone: string | null;
  synthetic: Label | null;
  faults: FaultSaid[];
}
export interface LibraryListed {
  version: string;
  parks: ParkListed[];
  runs: RunListed[];
}
export interface ThingFigure {
  field: string;
  label: Label;
  value: number | number[] | number[][];
  unit: string;
}
export interface ThingFact {
  field: string;
  label: Label;
  value: string;
  said: Label;
}
export interface ThingSource {
  fields: string[];
  basis: string | null;
  reference: string;
}
export interface ThingShown {
  id: string;
  kind: string;
  name: Label;
  enterprise: string | null;
  substation: string | null;
  buses: string[];
  place: [number, number] | null;
  built: string | null;
  retired: string | null;
  v_nom_kv: number | null;
  p_nom_mw: number | null;
  figures: ThingFigure[];
  facts: ThingFact[];
  sources: ThingSource[];
}
export interface ParkShown {
  id: string;
  name: Label;
  time_zone: string;
  currency: string;
  stages: StageListed[];
  synthetic: Label | null;
  things: ThingShown[];
}

export type Point = [number, number];
export interface BoxShown {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export interface FrameShown {
  id: string;
  title: string;
  box: BoxShown;
}
export interface BarShown {
  id: string;
  title: string;
  x1: number;
  x2: number;
  y: number;
  v_nom_kv: number;
}
export interface WireShown {
  points: Point[];
  v_nom_kv: number;
  flow: string;
}
export interface SymbolShown {
  kind: string;
  x: number;
  y: number;
  up: boolean;
  volts: number[];
  flows: string[];
}
export interface ArrowShown {
  x: number;
  y: number;
  down: number;
  flows: [string, number][];
}
export interface PieceShown {
  ids: string[];
  kind: string;
  title: string;
  wires: WireShown[];
  symbols: SymbolShown[];
  arrows: ArrowShown[];
  ends: string[];
  open: boolean;
}
export interface TextShown {
  words: string;
  x: number;
  y: number;
  box: BoxShown;
  size: number;
  look: string;
  anchor: string;
  turn: '' | 'down' | 'up';
  figure: '' | 'bus' | 'branch' | 'unit';
  keys: string[];
}
export interface DiagramShown {
  width: number;
  height: number;
  frames: FrameShown[];
  bars: BarShown[];
  pieces: PieceShown[];
  texts: TextShown[];
}
