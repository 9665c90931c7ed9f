/** Brushing: a drag over a chart of hours chooses a period, a click an hour. */
import type { Attachment } from 'svelte/attachments';
import { brush } from '../state/brush.svelte';
import { clock } from '../state/clock.svelte';
import type { Margins } from './look';

const MOVED = 4;

/** Widens a span to whole hours, or to the local days that it touches. */
export function snapped(from: number, to: number, days: boolean): [number, number] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (!days) return [Math.floor(low), Math.ceil(high)];
  const last = (clock.period?.hours ?? 1) - 1;
  const inside = (k: number): number => Math.min(Math.max(Math.floor(k), 0), last);
  return [clock.dayOf(inside(low))[0], clock.dayOf(inside(high - 1e-6))[1]];
}

export interface Plot {
  /** Hours that the plot's width spans; null where it is not over time. */
  window: () => readonly [number, number] | null;
  margins: () => Margins;
  days: () => boolean;
  /** Whether a click goes to an hour. */
  click: boolean;
}

export function dragging({ window, margins, days, click }: Plot): Attachment<HTMLElement> {
  return (element) => {
    const hourAt = (event: PointerEvent): number | null => {
      const reach = window();
      if (!reach) return null;
      const box = element.getBoundingClientRect();
      const { left, right } = margins();
      const share = (event.clientX - box.left - left) / (box.width - left - right);
      return reach[0] + Math.min(Math.max(share, 0), 1) * (reach[1] - reach[0]);
    };
    let start: { x: number; k: number; id: number } | null = null;
    let moved = false;

    const down = (event: PointerEvent): void => {
      const k = hourAt(event);
      if (event.button !== 0 || k === null) return;
      start = { x: event.clientX, k, id: event.pointerId };
      moved = false;
    };
    const move = (event: PointerEvent): void => {
      const k = start ? hourAt(event) : null;
      if (!start || k === null) return;
      if (!moved && Math.abs(event.clientX - start.x) < MOVED) return;
      if (!moved) element.setPointerCapture(start.id);
      moved = true;
      brush.draft = snapped(start.k, k, days());
    };
    const up = (event: PointerEvent): void => {
      const k = start ? hourAt(event) : null;
      if (start && k !== null) {
        if (moved) brush.set(...snapped(start.k, k, days()));
        else if (click) clock.go(Math.floor(k));
      }
      start = null;
    };
    const cancel = (): void => {
      start = null;
      brush.draft = null;
    };
    const listening = new AbortController();
    const { signal } = listening;
    element.addEventListener('pointerdown', down, { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', up, { signal });
    element.addEventListener('pointercancel', cancel, { signal });
    return () => listening.abort();
  };
}
