/** Symbols of single-line diagrams, after IEC 60617. Made by tools/make_page_sources.py; a change here is lost. */

export const SHAPES: Readonly<Record<string, string>> = {
  grid:
    '<rect x="-11" y="-11" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-11 -1L-1 -11M-11 10L10 -11M1 11L11 1" stroke="currentColor" stroke-width="1" fill="none"/>',
  generator:
    '<circle r="11" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-6 0C-4 -6 -2 -6 0 0S4 6 6 0" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  thermal_unit:
    '<circle r="11" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-6 5.5L-4.5 -6.5H-1.5L-.5 1L5.5 -2.5V5.5Z" fill="currentColor"/>',
  wind_farm:
    '<circle r="11" fill="none" stroke="currentColor" stroke-width="1.5"/><g stroke="currentColor" stroke-width="1.7" stroke-linecap="round"><path d="M0 0V-7.5M0 0L6.5 3.8M0 0L-6.5 3.8"/><circle r="1.3" fill="currentColor" stroke="none"/></g>',
  pv_plant:
    '<rect x="-11" y="-11" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-11 -11L0 0L11 -11" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-4.5 3V9M-1.5 3V9M1.5 3V9M4.5 3V9" stroke="currentColor" stroke-width="1.3"/>',
  storage:
    '<rect x="-11" y="-11" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M0 -8V-4M-7 -4H7M-3.5 0H3.5M-7 4H7M-3.5 8H3.5" stroke="currentColor" stroke-width="1.6" fill="none"/>',
  potline:
    '<rect x="-11" y="-11" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-11 11L11 -11" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-8.5 -5.5C-7.2 -8.5 -5.8 -8.5 -4.5 -5.5S-1.8 -2.5 -.5 -5.5M1.5 5H8.5M1.5 8H8.5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  load:
    '<path d="M0 -11V3" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-5 3H5L0 11Z" fill="currentColor"/>',
  motor:
    '<circle r="11" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-4.5 5V-5L0 1.5L4.5 -5V5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  capacitor:
    '<path d="M0 -11V-2.5M-8 -2.5H8M-8 2.5H8M0 2.5V7M-6 7H6M-3.5 9H3.5M-1.5 11H1.5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  reactor:
    '<path d="M0 -11V-6M0 -6A5 5 0 1 1 -5 -1H0V7M-6 7H6M-3.5 9H3.5M-1.5 11H1.5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  filter:
    '<path d="M0 -11V-8M0 -8C4 -8 4 -4 0 -4S4 0 0 0M0 0V1.5M-7 1.5H7M-7 5H7M0 5V8" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-5 8H5M-2.5 10.5H2.5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  svc:
    '<rect x="-11" y="-11" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M-6 -1.5H6M-6 2H6M0 -7V-1.5M0 2V7M-7 7L7 -7" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M7 -7L2.6 -5.8L5.8 -2.6Z" fill="currentColor"/>',
};

/** Those that are read like a letter: never turned over. */
export const READABLE: readonly string[] = ['generator', 'thermal_unit', 'wind_farm', 'pv_plant', 'storage', 'potline', 'motor', 'svc', 'grid'];
