/** What the server answers with: its 159 types by name, in one file, for they name each other. Made by tools/make_page_sources.py; a change here is lost. */

/** Why a bill differs from that of another month. */
export interface AgainstShown {
  /** largest first; they add up to the difference */
  causes: CauseShown[];
  difference_fen: number;
  month: string;
  total_fen: number;
}

/** Behind which batch of metal a certificate stands; count: mass balance. */
export interface AllottedShown {
  batch: string;
  /** of the allotment book */
  entry: number;
  /** hourly: of the very hours in which its metal was made */
  method: "hourly" | "monthly";
  /** Wh */
  wh: number;
}

/** Where the direction of a flow can be shown: power into the first ends goes down the page (`down` 1) or up. */
export interface ArrowShown {
  down: number;
  /** branch of the table `flows`, and 1 for its first end, -1 else */
  flows: [string, number][];
  x: number;
  y: number;
}

/** A rule that was asked for beside the park's own. */
export interface AskedRule {
  kind: string;
  label: Label;
  /** the first year of it; null: all */
  since: number | null;
  value: number | null;
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

/** A column of the energy chart: an hour, day or month, with what each source gave of it. */
export interface BinShown {
  /** 0..1 of the highest column */
  height: number | null;
  label: string;
  /** MWh, as printed */
  mwh: string;
  /** 0..1 of the column by source, in the order of `sources` */
  parts: (number | null)[];
}

/** A rectangle. */
export interface BoxShown {
  bottom: number;
  left: number;
  right: number;
  top: number;
}

/** What a plan builds in a year. */
export interface BuiltShown {
  candidate: string;
  choice: string;
  /** currency */
  investment: number | null;
  kind: string;
  /** a */
  lifetime_years: number | null;
  /** MW on offer */
  most_mw: number | null;
  /** MW built in the year */
  mw: number | null;
  /** MWh built in the year, of storage */
  mwh: number | null;
  name: Label;
  /** MW of it that stand then in all */
  stands_mw: number | null;
  year: string;
  /** currency/a: annuity and fixed cost */
  yearly_cost: number | null;
}

/** Bus by bus, and all together. */
export interface CapacitiesShown {
  by_bus: CapacityShown[];
  together: CapacityShown;
}

/** How much more a bus (null: all of them in equal parts) takes until `element` meets its limit. */
export interface CapacityShown {
  bus: string | null;
  element: string;
  hour: number | null;
  /** search: none was met up to here */
  limit: "overload" | "voltage" | "no_solution" | "short_circuit" | "search";
  /** MW */
  mw: number | null;
}

/** A page of products that answer a search; a facet counts what choosing another of its values would give. */
export interface CatalogueFound {
  /** what is in a footprint and what is not */
  boundary: Label;
  /** category, material, form, alloy, exhibitor, use */
  facets: Record<string, Facet[]>;
  page: number;
  page_size: number;
  products: ProductListed[];
  products_in_all: number;
  /** whether any product of the catalogue is synthetic */
  synthetic: boolean;
  /** as the text was understood */
  terms: string[];
  total: number;
}

/** One cause of the difference from another bill; all together are the difference. */
export interface CauseShown {
  fen: number;
  kind: string;
  label: Label;
  /** amount, shape (time of use), price, new or rounding */
  why: string;
}

/** A certificate that was not spent; times are UTC. */
export interface CertificateListed {
  account: string;
  /** for whom it was retired; empty: nobody */
  beneficiary: string;
  certificate: number;
  /** the ledger's entry that wrote it */
  entry: number;
  /** of the lot that it is a part of */
  kind: "generation" | "discharge" | "gec";
  seconds: number;
  /** of the interval of production */
  start: string;
  state: "active" | "reserved" | "retired" | "expired" | "withdrawn" | "stored" | "lost" | "converted";
  /** id of the park's thing that made it, or gave it out of a storage */
  unit: string;
  /** of the hour of use that it was retired for */
  used_from: string | null;
  /** Wh */
  wh: number;
}

/** Where a certificate came from and what became of it; every entry was held against its hash and signature. */
export interface CertificateStory {
  allotted: AllottedShown[];
  certificate: number;
  /** the entries that it rests on, each of which was checked */
  entries: number[];
  kind: "demo" | "metered";
  ledger: string;
  lots: LotShown[];
  operator: string;
}

/** The ledger beside a run: sums of all certificates of its hours that were not spent for others. */
export interface CertificateSums {
  devices: DeviceSum[];
  holders: HolderSum[];
  ledger: LedgerShown;
  months: StateSum[];
}

/** A page of certificates, oldest production first; the sums are of all pages. */
export interface CertificatesListed {
  certificates: CertificateListed[];
  page: number;
  page_size: number;
  total: number;
  /** Wh of all */
  wh: number;
}

/** What certificates cover, enterprise by enterprise. */
export interface CertifiedListed {
  enterprises: CertifiedShown[];
}

/** An enterprise's use and the certificates retired for it; count: certificate. */
export interface CertifiedShown {
  /** claimed_mwh / used_mwh: a balance over all hours, whenever it was used */
  annual_share: number | null;
  /** MWh of certificates retired for it, produced in the hours of the run */
  claimed_mwh: number | null;
  /** MWh of its use that certificates of the very hour cover */
  hourly_mwh: number | null;
  /** hourly_mwh / used_mwh, 0..1 */
  hourly_share: number | null;
  id: string;
  /** MWh of its loads and potlines */
  used_mwh: number | null;
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

/** A named part of one side of a check. */
export interface CheckPart {
  /** in the check's unit */
  amount: number;
  id: string;
  label: Label;
}

/** Two sides that must be equal; whole Wh or whole fen, so that nothing is hidden by rounding. */
export interface CheckShown {
  /** what roundings may leave */
  allowed: number;
  closes: boolean;
  /** left less right */
  difference: number;
  label: Label;
  left: CheckPart[];
  left_sum: number;
  /** local month; empty: the whole run */
  month: string;
  name: string;
  right: CheckPart[];
  right_sum: number;
  /** Wh or fen */
  unit: string;
}

/** The short-circuit currents of one kind at a bus, in the hour in which they are worst. */
export interface CircuitShown {
  case: "max" | "min";
  fault: string;
  /** a source reaches the bus */
  fed: boolean;
  hour: number;
  hours: number;
  /** kA through the breaker that carries most */
  ib_breaker_ka: number | null;
  /** kA, breaking current */
  ib_ka: number | null;
  /** kA, initial symmetrical current Ik'' */
  ikss_ka: number | null;
  /** kA, peak through the breaker that carries most */
  ip_breaker_ka: number | null;
  /** kA, peak current */
  ip_ka: number | null;
  /** 1 - current / rating, the smaller of breaking and peak (1) */
  margin: number | null;
  /** the breakers hold it; null: they have no rating, or it is a smallest current */
  within: boolean | null;
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

/** A single change that would bring a rule's margin to zero, all else the same. */
export interface CureShown {
  /** how much of it at least, in `unit` */
  amount: number | null;
  cure: string;
  /** whether there is room for that much */
  enough: boolean;
  label: Label;
  /** MW of wind and PV that would give so much, where it is new energy */
  power_mw: number | null;
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

/** A device of the ledger, and what stands of its production by state. */
export interface DeviceSum {
  capacity_mw: number | null;
  id: string;
  name: Label;
  /** its energy source */
  source: string;
  /** state -> Wh */
  states_wh: Record<string, number>;
  /** id of the park's thing */
  unit: string;
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

/** What was asked for is done. */
export interface Done {
  done: boolean;
}

/** Who offers and who seeks, on a day. */
export interface EnquiriesShown {
  enquiries: EnquiryShown[];
  /** null: all are shown, whatever their last day */
  on: string | null;
}

/** What a firm offers or seeks, and what answers it. */
export interface EnquiryShown {
  alloy: string;
  category: Label;
  footprint_count: "location" | "market" | "traced" | null;
  footprint_max_t_per_t: number | null;
  id: string;
  maker: Label;
  /** offers that answer what is sought, the best first */
  matches: MatchShown[];
  /** how many products of others are what is sought */
  products: number;
  quantity_kg: number | null;
  side: "offers" | "seeks";
  synthetic: boolean;
  until: string | null;
  words: Label;
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

/** One thing that happened. */
export interface EntryShown {
  /** from where; empty: by a command on the server itself */
  address: string;
  detail: string;
  event: string;
  number: number;
  /** ISO 8601, UTC */
  time: string;
  /** who did it; empty: nobody is known */
  user: string;
}

/** Why a job has no result. */
export interface ErrorShown {
  faults: FaultSaid[];
  kind: string;
  text: Label;
}

/** A file behind a passport, and whether it still has the hash that the passport names. */
export interface EvidenceShown {
  name: string;
  /** null: it is no file (an entry of the ledger), or was not looked for */
  same: boolean | null;
  sha256: string;
  what: string;
}

/** A value that a search can be narrowed to, and how many products that would leave. */
export interface Facet {
  label: Label;
  products: number;
  value: string;
}

/** The factor of the public grid by which avoided CO2 is counted (location-based). */
export interface FactorShown {
  basis: string | null;
  name: Label;
  reference: string;
  /** t CO2/MWh */
  t_per_mwh: number;
  year: number | null;
}

/** One fault: where it stands, what stands there, what would be right. */
export interface FaultSaid {
  field: string | null;
  /** file, or `request` for what was asked */
  file: string;
  problem: string;
  /** in Chinese; null where only the English is written */
  problem_zh: string | null;
  right: string;
  right_zh: string | null;
  row: number | null;
  severity: "error" | "warning";
  value: string | null;
}

/** The short circuits at one busbar. */
export interface FaultedBus {
  /** elements some of whose data were assumed */
  assumed: string[];
  bus: string;
  circuits: CircuitShown[];
  /** kA, rated breaking current of its breakers */
  ik_max_ka: number | null;
  /** kA, rated making current (peak) */
  ip_max_ka: number | null;
  /** kV */
  v_nom_kv: number;
}

/** Short circuits at every busbar after IEC 60909-0:2016. */
export interface FaultsShown {
  buses: FaultedBus[];
  stage: string;
}

/** A figure before and after. */
export interface FigureCompared {
  after: number | null;
  before: number | null;
  count: "physical" | "certificate" | "mass_balance" | "annual" | null;
  /** after - before */
  difference: number | null;
  label: Label;
  path: string;
  unit: string;
}

/** t CO2e per t of product, from the potline to the gate; the three totals are counts, never added to each other. */
export interface FootprintShown {
  /** t/t: inputs at their makers' own figures, or the maker's own whole figure */
  declared: number | null;
  /** t/t: anodes, anode effects, fuel */
  direct: number | null;
  /** whether the whole figure is its maker's own; then there are no counts */
  from_maker: boolean;
  /** of the power, 0..1; count: physical */
  green_share: number | null;
  kwh_per_t: number | null;
  /** what had no figure */
  missing: string[];
  /** 0..1 */
  recycled_share: number | null;
  /** t/t; the public grid's average on power bought */
  total_location: number | null;
  /** t/t; retired certificates count as no carbon */
  total_market: number | null;
  /** t/t; what the units that fed it emitted */
  total_traced: number | null;
}

/** The frame of a substation. */
export interface FrameShown {
  box: BoxShown;
  id: string;
  /** what its tooltip says, one line each */
  title: string;
}

/** Show what each step of the physical green share, or of CO2, costs. */
export interface FrontierAsked {
  base: string | null;
  by: "green_share_physical_min" | "green_share_min" | "co2_max_t";
  /** local day; null: the whole year */
  end: string | null;
  export: boolean;
  kind: "frontier";
  /** id of a park, from /api/library */
  park: string;
  points: number;
  /** local day; null: the whole year */
  start: string | null;
  /** years planned for */
  years: number[];
}

/** What each step of a rule costs. */
export interface FrontierShown {
  by: string;
  currency: string;
  gap: number | null;
  label: Label;
  listed: WrittenListed;
  points: PointShown[];
  /** the farthest value that any plan reaches; null: not asked */
  reach: number | null;
  /** of what the shadow price is per */
  unit: string;
}

/** What an enterprise holds, and what was retired for it, of the production of the run's hours. */
export interface HolderSum {
  /** Wh in its account that can still be used */
  held_wh: number;
  id: string;
  /** how many certificates those are */
  retired: number;
  /** Wh retired for it: used up */
  retired_wh: number;
}

/** How much more generation or load the grid takes in every hour of the run, at power factor 1. */
export interface HostingShown {
  generation: CapacitiesShown;
  load: CapacitiesShown;
  stage: string;
}

/** An invitation; with `new_password` it is taken, without it is only asked whom it is for. */
export interface InvitationAsked {
  invitation: string;
  new_password: string | null;
}

/** Whom an invitation is for, and whether it was taken. */
export interface InvitationShown {
  name: string;
  taken: boolean;
}

/** A user and the secret of an invitation; the page that takes it stands at `#/invitation/SECRET`. */
export interface Invited {
  /** shown this once */
  invitation: string;
  user: UserShown;
}

/** A job and how it stands. */
export interface JobShown {
  /** what was asked for, as in POST /api/jobs */
  about: Record<string, unknown>;
  /** there is an answer to read, and it can be kept or given up */
  answered: boolean;
  asked: string;
  began: string | null;
  /** counts the changes of all jobs of this server: larger is newer */
  change: number;
  ended: string | null;
  error: ErrorShown | null;
  id: string;
  kind: string;
  made: MadeShown | null;
  /** how much of that is done, 0..1 */
  share: number;
  state: State;
  /** what it is at */
  what: string;
}

/** All jobs that this server remembers, in the order in which they were asked for. */
export interface JobsListed {
  jobs: JobShown[];
  /** changes when the server is started anew: its jobs are then gone */
  session: string;
}

/** A rule with its verdict on a run, its margin, and what would cure it. */
export interface JudgedRule {
  /** whether the limit is the most that may be, and not the least */
  at_most: boolean;
  basis: string | null;
  by_enterprise: ReachedShown[];
  count: "physical" | "certificate" | "mass_balance" | "annual" | null;
  cures: CureShown[];
  /** whether the dispatch was bound to keep it */
  enforced: boolean;
  /** null: it cannot be judged, see `needs` */
  holds: boolean | null;
  /** on the day that the run's stage stands for */
  in_force: boolean;
  kind: string;
  label: Label;
  /** what it has in hand (negative: lacks), in `margin_unit` */
  margin: number | null;
  margin_unit: string;
  /** what it lacks to be judged */
  needs: Label | null;
  /** judged on other than whole years */
  partial: boolean;
  /** in the unit of the limit */
  reached: number | null;
  reference: string | null;
  rule: string;
  /** what its kind asks */
  sort: Label;
  /** 1 is a share */
  unit: string;
  valid_from: string | null;
  valid_until: string | null;
  /** the limit, in `unit` */
  value: number | null;
}

/** Under what name a what-if's run is kept. */
export interface Keeping {
  name: string;
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

/** A size or price that a what-if may move. */
export interface KnobShown {
  /** nothing of it stands that could be moved */
  fixed: boolean;
  group: "size" | "potline" | "price";
  high: number | null;
  id: string;
  label: Label;
  low: number | null;
  step: number | null;
  /** "1": a share, or a factor that is 1 as it stands */
  unit: string;
  /** as it stands in the run's park at its stage */
  value: number | null;
}

/** A knob that was turned. */
export interface KnobTurned {
  after: number | null;
  before: number | null;
  knob: string;
  label: Label;
  unit: string;
}

/** All knobs of a run's park. */
export interface KnobsShown {
  knobs: KnobShown[];
}

/** A text in both languages. */
export interface Label {
  en: string;
  zh: string;
}

/** Whose ledger it is, and who signs it. */
export interface LedgerShown {
  /** of the public key: what people compare */
  fingerprint: string;
  id: string;
  kind: "demo" | "metered";
  operator: string;
  scheme: string;
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

/** What happened, the newest first. */
export interface LogShown {
  entries: EntryShown[];
}

/** A name and a password. */
export interface LoginAsked {
  name: string;
  password: string;
}

/** All certificates of one device and interval; `origins` are the lots that it was made of, with their Wh. */
export interface LotShown {
  /** whether the certificate that was asked for is of this lot */
  asked: boolean;
  entry: number;
  expires: string;
  /** how many more there are, of others */
  hidden: number;
  kind: "generation" | "discharge" | "gec";
  lot: number;
  made_of_it: number[];
  meter: MeterShown[];
  name: Label;
  origins: [number, number][];
  seconds: number;
  /** Wh that were set off against a debt of an earlier correction */
  set_off_wh: number;
  source: string;
  start: string;
  /** those that the visitor may see */
  steps: StepShown[];
  tradable: boolean;
  unit: string;
  /** Wh */
  wh: number;
}

/** What a job has made, by its id in the library; of a what-if nothing until it is kept. */
export interface MadeShown {
  frontier: string | null;
  plan: string | null;
  run: string | null;
  study: string | null;
}

/** An offer that answers an enquiry. */
export interface MatchShown {
  enquiry: string;
  maker: Label;
  /** kg that both can trade; null: one says no quantity */
  quantity_kg: number | null;
  words: Label;
}

/** Who is logged in. */
export interface Me {
  enterprise: string;
  name: string;
  /** id of the park that a user of the role enterprise belongs to */
  park: string;
  role: Role;
}

/** What the meter said, in the version that an entry brought. */
export interface MeterShown {
  entry: number;
  /** Wh taken */
  in_wh: number;
  /** Wh given */
  out_wh: number;
  version: number;
}

/** What the plan costs and brings against nothing built. */
export interface MoneyShown {
  /** after tax, 0..1 */
  equity_irr: number | null;
  /** currency */
  invested: number | null;
  /** a */
  payback_years: number | null;
  /** after tax, 0..1 */
  project_irr: number | null;
  /** currency */
  project_npv: number | null;
}

/** A month: all bills that are seen together, and the operator's side, null for who may not see all bills. */
export interface MonthListed {
  /** sum of all bills */
  billed_fen: number | null;
  by_kind_fen: Record<string, number>;
  by_kind_per_kwh: Record<string, string>;
  /** billed - purchased: for network, people and own generation */
  margin_fen: number | null;
  month: string;
  /** currency/kWh of all of them */
  price_per_kwh: string | null;
  /** paid at the grid connections */
  purchased_fen: number | null;
  taken_wh: number;
  /** sum of the bills that are seen */
  total_fen: number;
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

/** An empty object. */
export interface Nothing {
}

/** What happens when any one branch of the grid fails, in every hour of the run. */
export interface OutagesShown {
  /** the flows after the outages in their worst hours */
  after: StateAfter[];
  /** violations with nothing out */
  base: ViolationShown[];
  by_newton: number;
  cases: number;
  /** MW, the most that any outage leaves without voltage */
  lost_load_mw: number | null;
  /** how many elements were tried, one at a time */
  outages: number;
  /** no outage violates anything; null: some case has no solution */
  secure: boolean | null;
  /** cases that have a solution of the AC power flow */
  solved: number;
  stage: string;
  /** hours in which each was tried */
  states: number;
  /** by outage, the worst first */
  violations: ViolationShown[];
  /** how many of the elements bring no violation */
  without_consequence: number;
}

/** What a changed park makes of the figures of a run, in the same hours and weather. */
export interface OutcomeShown {
  changed: KnobTurned[];
  currency: string;
  figures: FigureCompared[];
  hours: number;
  stage: string;
  /** all hours of the run were looked at */
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

/** A passport as its signed file says; figures of three counts stand side by side, none is a sum of others. */
export interface PassportListed {
  alloy: string;
  /** of its energy, covered by certificates, 0..1; count: certificate */
  certified_share: number | null;
  form: string;
  /** t CO2e per t, scopes 1 and 2, market-based */
  gate_market_t_per_t: number | null;
  /** kg of green metal; count: mass balance */
  green_kg: number | null;
  /** name of its file: the id of its batch or lot */
  id: string;
  /** whether it is of a lot, which was made of another passport's batch */
  lot: boolean;
  /** ISO 8601, UTC */
  made: string;
  mass_kg: number | null;
  name: Label;
  /** of its energy, from wind and sun, 0..1; count: physical */
  physical_share: number | null;
}

/** A signed passport: what it says in both languages, and whether it holds. */
export interface PassportShown {
  batch: string;
  bins: BinShown[];
  /** of the ledger, those that are printed */
  certificate_numbers: number[];
  /** what the QR code says */
  code: string;
  en: PassportTexts;
  evidence: EvidenceShown[];
  /** of the public key that signed */
  fingerprint: string;
  hash: string;
  id: string;
  /** park and batch */
  identity: string;
  issued: string;
  kind: "demo" | "metered";
  scheme: string;
  signature: string;
  sources: SourceShown[];
  verified: VerifiedShown;
  zh: PassportTexts;
}

/** All passports of batches together, lots left out: what is in a lot is in its batch. */
export interface PassportSums {
  /** kg of green metal; count: mass balance */
  green_kg: number | null;
  mass_kg: number | null;
  passports: number;
}

/** What stands on the passport's paper in one language: the same words and the same figures. */
export interface PassportTexts {
  banner: string;
  /** figure, tone, what it is */
  big: [string, string, string][];
  /** label, by count (market, location, traced), part or sum */
  carbon: [string, string[], string][];
  cbam: [string, string, string][];
  certificate_facts: [string, string][];
  certificate_head: string[];
  certificates: string[][];
  certificates_more: number;
  company: string;
  energy_facts: [string, string][];
  factors: [string, string, string, string][];
  facts: [string, string][];
  inputs: [string, string, string, string][];
  ledger: string;
  name: string;
  title: string;
  /** headings and notes, by their keys */
  words: Record<string, string>;
}

/** A page of passports, in the order of their ids; `total` counts all that fit. */
export interface PassportsListed {
  kind: "demo" | "metered" | null;
  page: number;
  page_size: number;
  passports: PassportListed[];
  sums: PassportSums;
  total: number;
  /** files that are no passports, or are damaged */
  unreadable: string[];
}

/** A new password, and the one it replaces. */
export interface PasswordAsked {
  new_password: string;
  password: string;
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

/** Plan a park for some years at the least cost, its grid strengthened, with what each rule costs. */
export interface PlanAsked {
  /** the stage that stands; null: the park's default one */
  base: string | null;
  /** local day; null: the whole year */
  end: string | null;
  export: boolean;
  kind: "plan";
  /** id of a park, from /api/library */
  park: string;
  /** physical green share asked for in every year, 0..1; null: none */
  share: number | null;
  /** local day; null: the whole year */
  start: string | null;
  /** years planned for */
  years: number[];
}

/** A plan: what it builds, its years as operated, what its rules cost. */
export interface PlanShown {
  built: BuiltShown[];
  currency: string;
  listed: WrittenListed;
  money: MoneyShown | null;
  proof: holin__web__plans__shapes__ProofShown;
  retired: RetiredShown[];
  /** null: not worked out (holin plan --rule-costs) */
  rule_costs: RuleCostShown[] | null;
  rules: RuleOfPlan[];
  shadow_prices: ShadowPriceShown[];
  sizing: SizingShown[];
  why_no_money: string | null;
  years: PlannedYear[];
}

/** A planned year as it is operated; energy is of the planned hours. */
export interface PlannedYear {
  /** MW that stand by kind; storage_mwh in MWh */
  capacity: Record<string, number | null>;
  /** t in the planned hours */
  co2_t: number | null;
  /** t CO2e per t of aluminium */
  co2_t_per_t_al: number | null;
  /** of what wind and sun could have given, 0..1 */
  curtailed_share: number | null;
  /** MWh by kind, each positive */
  energy_mwh: Record<string, number | null>;
  /** balance of the period, 0..1; count: annual */
  green_share_annual: number | null;
  /** traced hour by hour, 0..1; count: physical */
  green_share_physical: number | null;
  hours: number;
  /** currency spent in the year */
  investment: number | null;
  /** largest loading of a branch (1) */
  loading_max: number | null;
  /** currency/kWh of load, all in */
  price_per_kwh: number | null;
  /** no outage violates anything that it did not before; null: not looked at */
  secure: boolean | null;
  /** dispatch and AC flow came to rest */
  settled: boolean | null;
  /** p.u. */
  v_max_pu: number | null;
  /** p.u. */
  v_min_pu: number | null;
  year: string;
}

/** All plans and frontiers that are served. */
export interface PlansListed {
  frontiers: WrittenListed[];
  plans: WrittenListed[];
}

/** A point of a frontier in a planned year. */
export interface PointOfYear {
  /** MW that stand by kind; storage_mwh in MWh */
  capacity: Record<string, number | null>;
  /** t in the planned hours */
  co2_t: number | null;
  /** 0..1 */
  curtailed_share: number | null;
  /** 0..1; count: annual */
  green_share_annual: number | null;
  /** 0..1; count: physical */
  green_share_physical: number | null;
  /** currency/kWh of load, all in, without losses */
  price_per_kwh: number | null;
  /** currency per unit of the rule's sum */
  shadow_price: number | null;
  /** MWh */
  unserved_mwh: number | null;
  year: string;
}

/** The least-cost plan at a value of the rule. */
export interface PointShown {
  by_year: PointOfYear[];
  /** currency, all planned years discounted */
  cost: number | null;
  /** false: it lies on the line between two that are, within the tolerance */
  solved: boolean;
  value: number | null;
}

/** A source of the power of a whole way; count: physical. */
export interface PowerShare {
  green: boolean;
  id: string;
  kind: string;
  name: Label;
  /** 0..1 of the way's power */
  share: number | null;
}

/** Why there is no answer (RFC 9457). */
export interface Problem {
  /** a sentence for people */
  detail: string;
  /** the same in Chinese; what nobody has put into Chinese stands in it as it is */
  detail_zh: string;
  faults: FaultSaid[];
  /** the path that was asked for */
  instance: string;
  status: number;
  title: string;
  /** what the kind is called in Chinese */
  title_zh: string;
  /** `urn:holin:problem:` and the kind */
  type: string;
}

/** A product as a list shows it. */
export interface ProductListed {
  alloy: string;
  /** id of the batch that it is sold from; empty: none */
  batch: string;
  category: string;
  exhibitor: string;
  /** null: nothing is known */
  footprint: FootprintShown | null;
  form: string;
  id: string;
  maker: Label;
  name: Label;
  synthetic: boolean;
  temper: string;
  uses: string[];
}

/** A product with its footprint, its way back to potline or batch, and where its power came from. */
export interface ProductShown {
  basis: string;
  boundary: Label;
  category: Label;
  contact: string;
  declared_by: string;
  declared_on: string | null;
  /** its maker's own footprint, t CO2e per t */
  declared_t_per_t: number | null;
  form: Label;
  listed: ProductListed;
  /** its maker's own words */
  maker_data: Label | null;
  material: Label;
  /** id of the passport of the batch that it is sold from; empty: none */
  passport: string;
  power: PowerShare[];
  /** 0..1 of the way's power, of firms without figures */
  power_unknown: number | null;
  reference: string;
  /** thickness_mm, width_mm, diameter_mm, length_mm, piece_kg: those known */
  sizes: Record<string, number>;
  stages: StageShown[];
  stand: string;
  uses: Label[];
}

/** What stands beside a run: what is not there answers with 404. */
export interface ProofsShown {
  catalogue: holin__web__green__proofs__ProofShown;
  ledger: holin__web__green__proofs__ProofShown;
  passports: holin__web__green__proofs__ProofShown;
}

/** What an enterprise reaches of a rule that is on a share of its load; count: physical. */
export interface ReachedShown {
  holds: boolean;
  id: string;
  reached: number | null;
}

/** Energy, certificates and bills of a run held against each other. */
export interface ReconciliationShown {
  checks: CheckShown[];
  closes: boolean;
  currency: string;
  /** whether certificates were held against it */
  ledger: boolean;
}

/** What goes out of service by the plan. */
export interface RetiredShown {
  choice: string;
  element: string;
  /** MW */
  mw: number | null;
  year: string;
}

/** What a person is here for. */
export type Role = "viewer" | "enterprise" | "engineer" | "auditor" | "admin";

/** An amount as it is and as it would be, in whole fen. */
export interface RowCompared {
  after_fen: number;
  before_fen: number;
  difference_fen: number;
}

/** What a rule costs in all: the plan made again without it. */
export interface RuleCostShown {
  name: Label;
  /** currency per kWh of load */
  per_kwh: number | null;
  /** currency per t of aluminium */
  per_tonne: number | null;
  /** currency/a */
  per_year: number | null;
  rule: string;
}

/** A rule and how it stands in each planned year. */
export interface RuleOfPlan {
  by_year: RuleOfYear[];
  /** the plan had to keep it; else it is judged only */
  kept: boolean;
  kind: string;
  name: Label;
  rule: string;
  /** of the limit and of what is reached; 1 is a share */
  unit: string;
  /** the limit, in `unit` */
  value: number | null;
}

/** How a rule stands in a planned year. */
export interface RuleOfYear {
  holds: boolean | null;
  margin: number | null;
  reached: number | null;
  year: string;
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

/** The rules of a run's park. */
export interface RulesShown {
  /** whether certificates were counted */
  ledger: boolean;
  /** the day whose rules are asked for */
  on: string;
  rules: JudgedRule[];
  /** how many years the run has */
  years: number | null;
}

/** Run a park at a stage: weather, dispatch, power flow, tracing. */
export interface RunAsked {
  /** local day after the last; null: the end of the year */
  end: string | null;
  kind: "run";
  /** id of a park, from /api/library */
  park: string;
  /** a stage of the park */
  stage: string;
  /** local day; null: the whole year */
  start: string | null;
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

/** Who one is to this server. */
export interface SessionShown {
  /** whether one logs in here; false: who reaches the server may do all */
  accounts: boolean;
  /** what a browser sends as `X-CSRF-Token` with whatever it changes */
  token: string;
  /** null: nobody is logged in, or there are no accounts */
  user: Me | null;
}

/** What one unit more of a limit would save. */
export interface ShadowPriceShown {
  element: string;
  /** in how many hours it binds; null: it is no limit of hours */
  hours: number | null;
  /** rule, branch, offer, budget … */
  kind: string;
  /** how far from the limit, in its unit */
  margin: number | null;
  name: Label;
  /** currency per kWh of load that the limit costs at its price */
  per_kwh: number | null;
  /** currency per unit */
  price: number | null;
  /** of the limit, such as MWh or MW */
  unit: string;
  year: string;
}

/** A position of a slider. */
export interface SizeShown {
  /** MWh of storages; null for wind */
  e_nom_mwh: number | null;
  /** MW */
  p_nom_mw: number | null;
  /** times what stands */
  times: string;
}

/** Why an offer is built to the size that it has, or not at all. */
export interface SizingShown {
  offer: string;
  text: Label;
  year: string;
}

/** What a source gave of a passport's energy; count: physical. */
export interface SourceShown {
  green: boolean;
  id: string;
  kind: string;
  kind_label: Label;
  /** MWh, as printed */
  mwh: string;
  name: Label;
  percent: string;
  share: number | null;
}

/** The language of names on a diagram, or both beside each other. */
export type Speech = "zh" | "en" | "both";

/** A named date of a park. */
export interface StageListed {
  as_of: string;
  name: string;
  title: Label;
}

/** A stage of a product's way, from the gate back: a product, its maker's own figure, a potline, a batch. */
export interface StageShown {
  /** 0 is the product itself; inputs of a stage stand below it, one deeper */
  depth: number;
  id: string;
  /** kg of it in a tonne of the product at the head */
  kg_per_t: number | null;
  kind: "product" | "maker" | "potline" | "batch" | "unknown";
  /** kWh of this stage alone for that tonne */
  kwh_per_t: number | null;
  maker: Label | null;
  /** made / put in, of its own step, 0..1 */
  metal_yield: number | null;
  name: Label;
  /** id of the batch's passport beside the run; empty: none */
  passport: string;
}

/** Where a job stands. */
export type State = "waiting" | "running" | "done" | "failed" | "lost" | "cancelled";

/** The AC power flow with one element out in one hour: by branch and by busbar, null without voltage. */
export interface StateAfter {
  hour: number;
  /** current / rated current (1) */
  loading: Record<string, number | null>;
  /** MW of load without voltage; null where there is no solution */
  lost_load_mw: number | null;
  outage: string;
  /** MW into the branch at its first end */
  p_from_mw: Record<string, number | null>;
  /** MW into the branch at its second end */
  p_to_mw: Record<string, number | null>;
  solved: boolean;
  /** voltage of the busbar, p.u. */
  v_pu: Record<string, number | null>;
}

/** What stands in a state of a local month's production; count: certificate. */
export interface StateSum {
  certificates: number;
  label: Label;
  month: string;
  state: "active" | "reserved" | "retired" | "expired" | "withdrawn" | "stored" | "lost" | "converted";
  /** Wh */
  wh: number;
}

/** One certificate of a lot: what an entry wrote, and which entry spent it. */
export interface StepShown {
  account: string;
  beneficiary: string;
  certificate: number;
  entry: number;
  /** of the entry */
  kind: string;
  /** whether it leads to the certificate that was asked for, or is it */
  on_way: boolean;
  /** the entry that spent it; null: it stands */
  spent_by: number | null;
  state: "active" | "reserved" | "retired" | "expired" | "withdrawn" | "stored" | "lost" | "converted";
  /** when the entry was written, UTC */
  time: string;
  used_from: string | null;
  /** Wh */
  wh: number;
}

/** The studies of a run. */
export interface StudiesListed {
  studies: StudyListed[];
}

/** What can be found out about a run's grid. */
export type Study = "n1" | "fault" | "hosting";

/** Study the grid of a run, in all its hours. */
export interface StudyAsked {
  kind: "study";
  /** id of a run, from /api/library */
  run: string;
  study: Study;
}

/** A study and whether its answer is there; a job makes it. */
export interface StudyListed {
  made: boolean;
  study: Study;
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

/** A user that is to be. */
export interface UserAsked {
  /** PARK/ENTERPRISE for the role enterprise */
  enterprise: string;
  name: string;
  role: Role;
}

/** What is to change of a user; what is null stays. A new role is given with its enterprise. */
export interface UserChanged {
  disabled: boolean | null;
  /** PARK/ENTERPRISE for the role enterprise */
  enterprise: string;
  role: Role | null;
}

/** A user. */
export interface UserShown {
  disabled: boolean;
  enterprise: string;
  /** false: the invitation was not taken yet */
  has_password: boolean;
  /** ISO 8601, UTC */
  made: string;
  name: string;
  park: string;
  role: Role;
}

/** All users by name. */
export interface UsersShown {
  users: UserShown[];
}

/** What the server found when it held the file against its seal, the ledger and the evidence, offline. */
export interface VerifiedShown {
  /** how many certificates the ledger still has retired and allotted for it */
  certificates: number;
  faults: string[];
  /** whether the ledger beside the run has the key that signed */
  key_known: boolean;
  /** whether it was held against a ledger */
  ledger: boolean;
  /** empty: none */
  problem: string;
  valid: boolean;
}

/** One thing that goes wrong with an element out, in its worst hour. */
export interface ViolationShown {
  /** the branch that is overloaded, the bus, or the loads without voltage */
  elements: string[];
  /** number of the run's interval in which it is worst */
  hour: number;
  /** in how many intervals it is violated */
  hours: number;
  kind: "no_solution" | "lost_load" | "overload" | "voltage";
  /** in the same unit */
  limit: number | null;
  /** the element that is out; "" for the state with nothing out */
  outage: string;
  /** orders them: no solution, load lost in MW, then excess in p.u. */
  severity: number | null;
  /** loading (1), voltage (p.u.) or load lost (MW), by kind; 0 without a solution */
  value: number | null;
}

/** A figure of the week. */
export interface VisitorFigure {
  count: "physical" | "certificate" | "mass_balance" | "annual" | null;
  label: Label;
  path: string;
  unit: string;
  value: number | null;
}

/** A representative week of a copy of the park with other sizes, worked out by the server; no plan of anybody. */
export interface VisitorOutcome {
  figures: VisitorFigure[];
  /** false: it is being worked out; ask again */
  ready: boolean;
  /** s that it took to work out */
  seconds: number | null;
  /** of the park, with all that is built by then */
  stage: string;
  storage: string;
  wind: string;
}

/** What visitors may move, and by what their figures are counted. */
export interface VisitorsShown {
  /** one for each local year of the run; empty where none is known */
  factors: FactorShown[];
  storage: SizeShown[];
  /** null: the run holds no weather in which a changed park could be run */
  week: WeekShown | null;
  wind: SizeShown[];
}

/** The week whose green share is the median of the run's whole weeks; of a shorter run its longest part. */
export interface WeekShown {
  /** how many intervals it has */
  count: number;
  /** number of its first interval in the run */
  first: number;
}

/** Run a copy of a run's park with some knobs turned, and compare. */
export interface WhatIfAsked {
  /** how many intervals from there; null: all of the run */
  count: number | null;
  /** number of the first interval looked at */
  first: number | null;
  kind: "what_if";
  /** id of a run, from /api/library */
  run: string;
  /** knob -> value, from /api/runs/{run}/knobs */
  wanted: Record<string, number>;
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

/** A plan or a frontier; where it has `faults` it cannot be read, and the rest is null. */
export interface WrittenListed {
  /** the stage that stands; null: the park's default one */
  base: string | null;
  /** what of the park was taken otherwise, such as load ×1.1 */
  changes: string[];
  export: boolean | null;
  faults: FaultSaid[];
  id: string;
  /** id of the park by the park itself */
  park: string | null;
  park_name: Label | null;
  rules: AskedRule[];
  synthetic: Label | null;
  /** false: a part of the year was planned and scaled up, no basis to decide on money */
  whole_year: boolean | null;
  years: string[];
}

/** Something that may stand beside a run. */
export interface holin__web__green__proofs__ProofShown {
  /** what makes it, for the command line */
  command: string;
  there: boolean;
}

/** How well the optimum is proven. */
export interface holin__web__plans__shapes__ProofShown {
  /** (cost - bound) / cost */
  gap: number | null;
  /** s */
  seconds: number | null;
  solver: string;
}
