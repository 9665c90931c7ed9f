/** The time axis: hours counted from the run's first, with local times at its ticks. */
import type { EChartsCoreOption } from 'echarts/core';
import { clock } from '../state/clock.svelte';
import { say, sayPart } from '../words';
import type { Buckets } from './sampling';
import { axis, type Look } from './look';

const DAY_H = 24;

function perHour(): number {
  return 3_600_000 / (clock.period?.stepMs ?? 3_600_000);
}

/** How the hours of a window are gathered: one by one up to two weeks, else by local day. */
export function bucketsOf(from: number, to: number): Buckets {
  if (to - from <= 15 * DAY_H * perHour()) {
    return { at: Array.from({ length: to - from + 1 }, (_, n) => from + n), merged: false };
  }
  const inside = clock.days.filter((k) => k > from && k < to);
  return { at: [from, ...inside, to], merged: true };
}

interface Ticks {
  at: number[];
  written: (k: number) => string;
}

function ticksOf(from: number, to: number): Ticks {
  const days = clock.days.filter((k) => k >= from && k < to);
  const hours = (to - from) / perHour();
  const day = (k: number): string => clock.localOf(k).day;
  if (hours <= 2 * DAY_H) {
    const every = Math.round(3 * perHour());
    const at = Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, n) => from + n * every);
    return { at, written: (k) => clock.localOf(k).clock };
  }
  if (hours <= 16 * DAY_H) {
    return { at: days, written: (k) => `${sayPart('weekday', String(clock.localOf(k).weekday))} ${day(k).slice(5)}` };
  }
  if (hours <= 70 * DAY_H) {
    return { at: days.filter((k) => clock.localOf(k).weekday === 0), written: (k) => day(k).slice(5) };
  }
  return { at: days.filter((k) => day(k).endsWith('-01')), written: (k) => day(k).slice(0, 7) };
}

/** The axis from hour `from` to `to`. */
export function timeAxis(look: Look, from: number, to: number): EChartsCoreOption {
  const { at, written } = ticksOf(from, to);
  const common = axis(look, say('chart.time', { zone: clock.period?.zone ?? '' }), false);
  return {
    ...common,
    type: 'value',
    min: from,
    max: to,
    axisTick: { ...(common['axisTick'] as object), customValues: at },
    axisLabel: { ...(common['axisLabel'] as object), customValues: at, formatter: written },
    splitLine: { show: false },
    axisPointer: { show: true, label: { show: false }, lineStyle: { color: look.tone('muted'), type: 'dotted' } },
  };
}

/** The local time of an hour, with the end of its bucket where that is longer. */
export function timeSaid(k: number, merged = false): string {
  const { day, clock: time, weekday } = clock.localOf(k);
  const name = sayPart('weekday', String(weekday));
  return merged ? `${day} ${name}` : `${day} ${name} ${time}`;
}
