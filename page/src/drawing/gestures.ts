/** Wheel, drag and pinch move a camera. A press that does not move stays a click. */
import type { Attachment } from 'svelte/attachments';
import type { Camera } from './camera.svelte';

const STILL_PX = 4;

export function gestures(camera: Camera): Attachment<HTMLElement> {
  return (element) => {
    const held = new Map<number, { x: number; y: number }>();
    let travelled = 0;

    const at = (event: { clientX: number; clientY: number }): { x: number; y: number } => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const by = Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * (event.ctrlKey ? 0.012 : 0.0022));
      const place = at(event);
      camera.nearer(by, place.x, place.y);
    };
    const down = (event: PointerEvent): void => {
      if (event.button !== 0) return;
      held.set(event.pointerId, at(event));
      if (held.size === 1) travelled = 0;
    };
    const move = (event: PointerEvent): void => {
      const before = held.get(event.pointerId);
      if (!before) return;
      const now = at(event);
      const [dx, dy] = [now.x - before.x, now.y - before.y];
      if (held.size === 1) {
        travelled += Math.hypot(dx, dy);
        if (travelled < STILL_PX) return;
        element.setPointerCapture(event.pointerId);
        camera.pan(dx, dy);
      } else if (held.size === 2) {
        travelled = STILL_PX;
        const other = [...held].find(([id]) => id !== event.pointerId)![1];
        const by = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
        camera.pan(dx / 2, dy / 2);
        camera.nearer(by, (now.x + other.x) / 2, (now.y + other.y) / 2);
      }
      held.set(event.pointerId, now);
    };
    const up = (event: PointerEvent): void => void held.delete(event.pointerId);
    const click = (event: MouseEvent): void => {
      if (travelled < STILL_PX) return;
      travelled = 0;
      event.stopPropagation(); // it was a drag
    };
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('click', click, { capture: true });
    return () => {
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('click', click, { capture: true });
    };
  };
}
