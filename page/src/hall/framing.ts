/** What of the map the hall's screen shows. */
import type { ParkShown, ThingShown } from '../api/schema';
import type { Box } from '../drawing/camera.svelte';
import { mapOf, projection, type Place } from '../park/map/places';

/** A thing is seen in so much of the park about it. */
const ABOUT = 0.16;
const NOWHERE: Box = { left: -1, top: -1, right: 1, bottom: 1 };

/** Where all of a park stands, in km about a place. */
export function boxOf(park: ParkShown | null, middle: Place | null): Box {
  const at = park && middle ? mapOf(park, middle).spots.map((s) => s.at) : [];
  if (at.length === 0) return NOWHERE;
  const [easts, souths] = [at.map((p) => p[0]), at.map((p) => p[1])];
  return { left: Math.min(...easts), top: Math.min(...souths), right: Math.max(...easts), bottom: Math.max(...souths) };
}

/** A thing with what lies about it; null where its place is not known. */
export function about(thing: ThingShown | null, all: Box, middle: Place): Box | null {
  if (!thing?.place) return null;
  const [east, south] = projection(middle)(thing.place);
  const far = ABOUT * Math.max(all.right - all.left, all.bottom - all.top);
  return { left: east - far, right: east + far, top: south - far, bottom: south + far };
}

/** Room about the drawing for the names beside its symbols, in px; `u` is the least size of a text. */
export function marginOf(u: number): Box {
  return { left: 8 * u, top: 2 * u, right: 8 * u, bottom: 3.2 * u };
}
