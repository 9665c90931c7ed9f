/** Steps of the colour scales. Made by tools/make_page_sources.py; a change here is lost. */

/** kV, above which a level begins. */
export const LEVELS: readonly (readonly [lowest: number, token: string])[] = [
  [700, 'v1000'],
  [400, 'v500'],
  [280, 'v330'],
  [150, 'v220'],
  [90, 'v110'],
  [50, 'v66'],
  [28, 'v35'],
  [13.5, 'v20'],
  [8, 'v10'],
  [2, 'v6'],
  [0, 'v0'],
];

export const LOADING_MAX = 1.2;
export const LOADING_STEPS = 24;
export const VOLTAGE_LOW = 0.94;
export const VOLTAGE_HIGH = 1.06;
export const VOLTAGE_STEPS = 12;
export const GREEN_STEPS = 20;
