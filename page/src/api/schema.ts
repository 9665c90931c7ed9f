/** What the server answers with. Made by tools/make_page_sources.py; a change here is lost. */

/** Why a bill differs from that of another month. */
export interface AgainstShown {
  /** largest first; they add up to the difference */
  causes: CauseShown[];
  difference_fen: number;
  month: string;
  total_fen: number;
}

/** Where the direction of a flow can be shown: power into the first ends goes down the page (`down` 1) or up. */
export interface ArrowShown {
  down: number;
  /** branch of the table `flows`, and 1 for its first end, -1 else */
  flows: [string, number][];
  x: number;
  y: number;
}

/** A busbar: its id is that of the bus. */
export interface BarShown {
  id: string;
  title: string;
  /** kV */
  v_nom_kv: number;
  x1: number;
  x2: number;
  y: number;
}

/** A bill in short. Amounts are whole fen (hundredths of the currency), energies whole Wh. */
export interface BillListed {
  /** less that of the bill before; null: there is none */
  against_fen: number | null;
  /** adds up to the total */
  by_kind_fen: Record<string, number>;
  /** currency/kWh, each rounded to 4 places by itself */
  by_kind_per_kwh: Record<string, string>;
  customer: string;
  /** days of the month that are billed */
  days: number;
  days_of_month: number;
  /** green / taken, 0..1; count: physical, traced hour by hour */
  green_share: number | null;
  /** of it traced to wind and sun; count: physical */
  green_wh: number;
  month: string;
  /** MW, the month's highest draw */
  peak_mw: number;
  /** of the month; null without active energy */
  power_factor: string | null;
  /** currency/kWh, rounded to 4 places; null without energy */
  price_per_kwh: string | null;
  taken_wh: number;
  total_fen: number;
  /** value-added tax in the total */
  vat_fen: number;
}

/** One bill, whole. Amounts are whole fen; energies physical, traced hour by hour. */
export interface BillShown {
  against: AgainstShown | null;
  currency: string;
  customer: string;
  days: number;
  days_of_month: number;
  energy: PairShown[];
  /** the total in Chinese capital figures; empty: none */
  in_words: string;
  lines: LineShown[];
  month: string;
  name: Label;
  /** what the reader must know: demo, synthetic, part of a month, estimates */
  notes: Label[];
  number: string;
  total_fen: number;
  vat_fen: number;
}

/** The bills of a run that the visitor may see. */
export interface BillsShown {
  bills: BillListed[];
  /** customer -> id of its tariff */
  contracts: Record<string, string>;
  currency: string;
  /** id -> name of all that stand below */
  customers: Record<string, Label>;
  /** demo: from a calculated run, nothing is payable; metered: from meter readings */
  kind: string;
  kinds: KindListed[];
  months: MonthListed[];
  /** what kind of bills these are */
  note: Label;
  synthetic: Label | null;
  tariffs: TariffListed[];
}

/** A rectangle. */
export interface BoxShown {
  bottom: number;
  left: number;
  right: number;
  top: number;
}

/** One cause of the difference from another bill; all together are the difference. */
export interface CauseShown {
  fen: number;
  kind: string;
  label: Label;
  /** amount, shape (time of use), price, new or rounding */
  why: string;
}

/** What is asked of the tariffs of the park's customers; what is not given stays as it is. */
export interface Change {
  /** currency/(MW month) on the month's highest draw */
  demand_charge_per_mw_month: number | null;
  /** currency/MWh on traced green energy, beside its price */
  green_premium_per_mwh: number | null;
  /** currency/MWh of traced green energy, in place of the energy part */
  green_price_per_mwh: number | null;
  /** on the energy price in the peak; critical peak keeps its proportion to it */
  peak_factor: number | null;
  /** currency/MWh added to the network price, which does not fall below 0 */
  transmission_change_per_mwh: number;
  /** on the energy price in the valley; deep valley keeps its proportion to it */
  valley_factor: number | null;
}

/** A published figure of the real park beside what the run reached; nothing was tuned to it. */
export interface ClaimShown {
  /** null: the run does not tell */
  agrees: boolean | null;
  claim: string;
  figure: string;
  high: number | null;
  label: Label;
  low: number | null;
  reached: number | null;
  reference: Label;
}

/** A column of a table, as it is declared. */
export interface ColumnShown {
  /** time first */
  dims: string[];
  /** what it is, with its sign: power into the network is positive */
  meaning: string;
  name: string;
  unit: string;
}

/** A customer's month. */
export interface CustomerCompared {
  after_fen: number;
  before_fen: number;
  by_kind: KindCompared[];
  customer: string;
  difference_fen: number;
}

/** A whole drawing, without heading and legend; the same park gives the same drawing. */
export interface DiagramShown {
  bars: BarShown[];
  frames: FrameShown[];
  height: number;
  pieces: PieceShown[];
  texts: TextShown[];
  width: number;
}

/** An enterprise in a local month; count: physical, traced hour by hour. */
export interface EnterpriseMonth {
  /** MWh of the use, traced to wind and sun */
  green_mwh: number | null;
  /** green / used, 0..1 */
  green_share: number | null;
  /** t CO2 by the park's hourly average, losses included */
  location_t: number | null;
  /** MWh of network losses assigned to that use */
  loss_mwh: number | null;
  month: string;
  /** t CO2 by tracing, losses included */
  traced_t: number | null;
  /** MWh of its loads and potlines, at their buses */
  used_mwh: number | null;
}

/** An enterprise over the whole run. */
export interface EnterpriseShown {
  /** t CO2 by the park's hourly average */
  carbon_location_t: number | null;
  /** t CO2 by tracing, losses included */
  carbon_t: number | null;
  /** traced hour by hour, 0..1; count: physical */
  green_share_physical: number | null;
  id: string;
  /** MWh used at its buses */
  load_mwh: number | null;
  months: EnterpriseMonth[];
  name: Label;
  sector: Label;
}

/** The enterprises that used energy in a run; money is not here, for it is the bills' to say. */
export interface EnterprisesShown {
  enterprises: EnterpriseShown[];
  /** plain balance of the park over the whole run, 0..1; it knows no hours and no users, so it is the same for all; count: annual */
  green_share_annual: number | null;
}

/** One fault: where it stands, what stands there, what would be right. */
export interface FaultSaid {
  field: string | null;
  /** file, or `request` for what was asked */
  file: string;
  problem: string;
  right: string;
  row: number | null;
  severity: "error" | "warning";
  value: string | null;
}

/** The frame of a substation. */
export interface FrameShown {
  box: BoxShown;
  id: string;
  /** what its tooltip says, one line each */
  title: string;
}

/** A kind of line, of all bills that are seen. */
export interface KindCompared {
  after_fen: number;
  before_fen: number;
  difference_fen: number;
  kind: string;
  label: Label;
}

/** A kind of line that some bill has. */
export interface KindListed {
  kind: string;
  label: Label;
}

/** A text in both languages. */
export interface Label {
  en: string;
  zh: string;
}

/** All parks and runs that are served. */
export interface LibraryListed {
  parks: ParkListed[];
  runs: RunListed[];
  /** of Holin */
  version: string;
}

/** A line of a bill: amount = quantity times price (times the part of the month), in whole fen. */
export interface LineShown {
  amount_fen: number;
  kind: string;
  label: Label;
  /** period, band or tier; empty: none */
  of: string;
  /** currency per unit, as the invoice prints it */
  price: string;
  /** as the invoice prints it */
  quantity: string;
  unit: string;
}

/** A month of the operator; null for who may not see all bills. */
export interface MonthListed {
  /** sum of all bills */
  billed_fen: number | null;
  /** billed - purchased: for network, people and own generation */
  margin_fen: number | null;
  month: string;
  /** paid at the grid connections */
  purchased_fen: number | null;
  unbilled: UnbilledListed[];
}

/** The energy of a local month, count: physical. */
export interface MonthShown {
  /** MWh by kind, each positive */
  energy_mwh: Record<string, number | null>;
  /** traced hour by hour, 0..1 */
  green_share_physical: number | null;
  month: string;
  /** whether the run has all of it */
  whole: boolean;
}

/** A fact of the month. */
export interface PairShown {
  label: Label;
  value: Label;
}

/** The operator's month; what it pays at the grid connections stays as it is. */
export interface ParkCompared {
  billed: RowCompared;
  margin: RowCompared;
  purchased_fen: number;
}

/** A park; where it has `faults` it cannot be read, and has no stages. */
export interface ParkListed {
  default_stage: string | null;
  faults: FaultSaid[];
  id: string;
  name: Label;
  /** in the order of the park's file */
  stages: StageListed[];
  /** what of the park is synthetic; null: nothing */
  synthetic: Label | null;
}

/** A park: whole, with all that ever stands in it, or as it stands at `stage`. */
export interface ParkShown {
  /** ISO code */
  currency: string;
  id: string;
  /** [latitude, longitude] in degrees of what has a place */
  middle: [number, number] | null;
  name: Label;
  /** the stage that is shown; null: all of them */
  stage: string | null;
  stages: StageListed[];
  synthetic: Label | null;
  things: ThingShown[];
  /** IANA name */
  time_zone: string;
}

/** One element of the park, or several drawn as one. */
export interface PieceShown {
  arrows: ArrowShown[];
  /** busbars that it stands between, one for a feeder */
  ends: string[];
  ids: string[];
  kind: string;
  /** it carries nothing: a switch is open */
  open: boolean;
  symbols: SymbolShown[];
  title: string;
  wires: WireShown[];
}

/** Why there is no answer (RFC 9457). */
export interface Problem {
  /** a sentence for people */
  detail: string;
  faults: FaultSaid[];
  /** the path that was asked for */
  instance: string;
  status: number;
  title: string;
  /** `urn:holin:problem:` and the kind */
  type: string;
}

/** An amount as it is and as it would be, in whole fen. */
export interface RowCompared {
  after_fen: number;
  before_fen: number;
  difference_fen: number;
}

/** A rule and whether the run keeps it. */
export interface RuleShown {
  count: "physical" | "certificate" | "mass_balance" | "annual" | null;
  /** null: it cannot be judged by a run alone */
  holds: boolean | null;
  kind: string;
  label: Label;
  /** how much more there is than needed (negative: less), as the rule counts */
  margin: number | null;
  /** judged on less than a whole year */
  partial: boolean;
  reached: number | null;
  rule: string;
  /** what its kind asks */
  sort: Label;
  /** the limit, in the unit of its kind */
  value: number | null;
}

/** A run; where it has `faults` it is damaged, and the rest is null. */
export interface RunListed {
  faults: FaultSaid[];
  /** start of the first interval, UTC */
  first: string | null;
  /** number of intervals; each is an hour where step_s is 3600 */
  hours: number | null;
  id: string;
  /** demo: computed from weather and prices; metered: from meters */
  kind: "demo" | "metered" | null;
  /** when, ISO 8601 */
  made: string | null;
  /** id of the park by the park itself */
  park: string | null;
  park_name: Label | null;
  stage: string | null;
  /** length of an interval in s */
  step_s: number | null;
  synthetic: Label | null;
  /** IANA name of the park's zone: days, months are local */
  time_zone: string | null;
}

/** A run: how it was made, its figures, rules, claims and months. */
export interface RunShown {
  claims: ClaimShown[];
  currency: string;
  figures: SummaryFigure[];
  /** version that made it */
  holin: string;
  /** how many files it was made from */
  inputs: number;
  libraries: Record<string, string>;
  listed: RunListed;
  months: MonthShown[];
  rules: RuleShown[];
  /** SHA-256 of the manifest, which holds the hash of every file */
  seal: string;
  /** of synthetic weather; null: measured */
  seed: number | null;
  /** whether dispatch and losses came to rest */
  settled: boolean | null;
  solver: string | null;
  weather: string | null;
}

/** The language of names on a diagram, or both beside each other. */
export type Speech = "zh" | "en" | "both";

/** A named date of a park. */
export interface StageListed {
  as_of: string;
  name: string;
  title: Label;
}

/** One figure of a run. */
export interface SummaryFigure {
  /** physical: traced hour by hour, or metered as it flowed; certificate: retired certificates; mass_balance: tonnes that retired energy covers; annual: balance of the whole period, not by the hour; null: it counts no green energy */
  count: "physical" | "certificate" | "mass_balance" | "annual" | null;
  label: Label;
  /** where it stands in the run's summary.json */
  path: string;
  /** "1" is a ratio */
  unit: string;
  value: number | null;
}

/** A symbol about its middle, as `kind` says; `up` where it stands above its busbar. */
export interface SymbolShown {
  flows: string[];
  kind: string;
  up: boolean;
  /** kV of its windings */
  volts: number[];
  x: number;
  y: number;
}

/** A table of a run. */
export interface TableShown {
  columns: ColumnShown[];
  meaning: string;
  name: string;
  /** how many labels each dimension has */
  sizes: Record<string, number>;
}

/** All tables of a run. */
export interface TablesShown {
  tables: TableShown[];
}

/** A tariff as it holds at the run's stage; prices are currency/MWh, currency/(MW month) for demand. */
export interface TariffListed {
  basis: string | null;
  demand_charge_per_mw_month: number;
  /** flat period */
  energy_price_per_mwh: number;
  green_premium_per_mwh: number;
  /** in place of the energy part; null: none */
  green_price_per_mwh: number | null;
  id: string;
  name: Label;
  /** on the energy price; null: no such period */
  peak_factor: number | null;
  reference: string;
  /** whether a series of prices stands in place of the energy part */
  spot: boolean;
  transmission_per_mwh: number;
  valley_factor: number | null;
}

/** A text, or with `figure` the room for a figure of a run: of what `keys` name. */
export interface TextShown {
  anchor: string;
  box: BoxShown;
  figure: "" | "bus" | "branch" | "unit";
  keys: string[];
  look: string;
  /** px */
  size: number;
  /** read downwards or upwards; "" is level */
  turn: "" | "down" | "up";
  words: string;
  x: number;
  y: number;
}

/** One fact that is no figure, such as the sector of an enterprise. */
export interface ThingFact {
  field: string;
  label: Label;
  /** the value in words */
  said: Label;
  value: string;
}

/** One figure of a thing: a number, or a curve as a list of numbers or of points. */
export interface ThingFigure {
  /** column of the park's table */
  field: string;
  label: Label;
  /** "1" is a ratio; `currency` stands for the park's own */
  unit: string;
  value: number | number[] | number[][];
}

/** A thing of the park. */
export interface ThingShown {
  /** first day that it stands; null: it always stood */
  built: string | null;
  /** of a branch its ends in order, of an enterprise those of its loads */
  buses: string[];
  /** id of its owner; of an enterprise its own */
  enterprise: string | null;
  facts: ThingFact[];
  figures: ThingFigure[];
  id: string;
  /** its table in the park folder */
  kind: string;
  name: Label;
  /** MW: nominal power; of a load its yearly peak, of a potline what it takes at nominal current */
  p_nom_mw: number | null;
  /** [latitude, longitude] in degrees: its own, or its bus's; of a line null */
  place: [number, number] | null;
  /** first day that it no longer stands; null: not planned */
  retired: string | null;
  sources: ThingSource[];
  /** id of where it stands; of a line null */
  substation: string | null;
  /** kV: nominal voltage of its bus (the highest of several) */
  v_nom_kv: number | null;
}

/** Where some figures of a thing come from. */
export interface ThingSource {
  /** published, derived, assumed, synthetic or measured; null: not said */
  basis: string | null;
  fields: string[];
  reference: string;
}

/** Who used or fed in without a contract: nobody pays for it. */
export interface UnbilledListed {
  customer: string;
  fed_wh: number;
  taken_wh: number;
}

/** A what-if, no bill: the energy of every hour stays as it was, only prices change. */
export interface WhatIfShown {
  by_kind: KindCompared[];
  change: Change;
  currency: string;
  customers: CustomerCompared[];
  month: string;
  /** null for who may not see all bills */
  park: ParkCompared | null;
  /** of all bills that are seen */
  total: RowCompared;
}

/** A piece of wire; `flow` names the branch of the table `flows` that it is a part of, "" for none. */
export interface WireShown {
  flow: string;
  points: [number, number][];
  /** kV */
  v_nom_kv: number;
}
