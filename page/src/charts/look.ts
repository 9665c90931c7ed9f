/** The page's tokens as a canvas needs them, and what every chart has in common: margins, axes, tooltips. */
import type { EChartsCoreOption } from 'echarts/core';
import { given } from '../numbers';

export interface Look {
  /** Size of small text in px; margins are counted in it, so that a wall's charts grow with their text. */
  px: number;
  font: string;
  tone: (name: string) => string;
}

export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const tone = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return { px: Number.parseFloat(tone('t1')) || 12, font: style.fontFamily, tone };
}

export interface Margins {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Margins in px: the same in all charts over time, so that they stand exactly below each other; `beside` is for a scale. */
export function marginsOf(px: number, beside = 0): Margins {
  return { left: Math.round(5.4 * px), right: Math.round((1.6 + beside) * px), top: Math.round(0.9 * px), bottom: Math.round(3.9 * px) };
}

/** A width in px as on a screen of usual size: on a wall it grows with the text. */
export function stroke(look: Look, width: number): number {
  return (width * look.px) / 12;
}

/** A colour of the palette with some transparency. */
export function thin(colour: string, share: number): string {
  const parts = /^#(..)(..)(..)$/.exec(colour);
  if (!parts) return colour;
  return `rgba(${parts.slice(1).map((p) => Number.parseInt(p, 16)).join(', ')}, ${share})`;
}

/** What every chart over two axes begins with. */
export function ground(look: Look): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: look.font, fontSize: look.px, color: look.tone('ink') },
    grid: { ...marginsOf(look.px), containLabel: false },
    tooltip: tooltip(look),
  };
}

export function tooltip(look: Look): EChartsCoreOption {
  return {
    confine: true,
    transitionDuration: 0,
    backgroundColor: look.tone('raised'),
    borderColor: look.tone('rule'),
    padding: [look.px * 0.6, look.px * 0.8],
    textStyle: { color: look.tone('ink'), fontSize: look.px, fontFamily: look.font },
  };
}

/** An axis with its title; `title` says the unit. */
export function axis(look: Look, title: string, upright: boolean): EChartsCoreOption {
  return {
    name: title,
    nameLocation: 'middle',
    nameGap: upright ? 4.2 * look.px : 2.4 * look.px,
    nameTextStyle: { color: look.tone('muted'), fontSize: look.px },
    axisLine: { show: !upright, lineStyle: { color: look.tone('case') } },
    axisTick: { show: !upright, lineStyle: { color: look.tone('case') } },
    axisLabel: { color: look.tone('muted'), fontSize: look.px, hideOverlap: true, margin: 0.75 * look.px, formatter: written },
    splitLine: { show: upright, lineStyle: { color: look.tone('rule') } },
  };
}

/** A figure at a tick: thousands apart, as on the whole page; what is no figure as it is. */
function written(value: number | string): string {
  return typeof value === 'number' ? given(value).replace('-', '\u2212') : value;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** Rows of a tooltip: colour, name, value. */
export function tipRows(head: string, rows: readonly (readonly [colour: string, name: string, value: string])[]): string {
  const told = rows.map(
    ([colour, name, value]) =>
      `<tr><td><i style="display:inline-block;width:.7em;height:.7em;border-radius:2px;background:${escaped(colour)}"></i> ${escaped(name)}</td>` +
      `<td style="text-align:right;padding-left:1em;font-weight:600">${escaped(value)}</td></tr>`,
  );
  return `<div style="margin-bottom:.3em">${escaped(head)}</div><table style="border-spacing:0">${told.join('')}</table>`;
}
