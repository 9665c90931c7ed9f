/** What the pointer is over in a drawing, for its tooltip. */
export interface Pointed {
  ids: readonly string[];
  title?: string;
  x: number;
  y: number;
}

class Pointing {
  now: Pointed | null = $state.raw(null);

  over(event: PointerEvent, ids: readonly string[], title?: string): void {
    if (event.pointerType === 'touch' || event.buttons !== 0) return;
    this.now = { ids, x: event.clientX, y: event.clientY, ...(title === undefined ? {} : { title }) };
  }

  out(): void {
    this.now = null;
  }
}

export const pointing = new Pointing();
