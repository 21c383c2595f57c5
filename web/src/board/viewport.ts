/**
 * Where a board is looked at, as it travels to those who follow: `x`, `y` is the middle of the view in the board's own
 * coordinates, `zoom` the magnification on a view 1000 px wide. So a phone shows as much of the board as a wall screen,
 * only smaller. Pure.
 */

import type { Place } from "../class/editor";

/** Excalidraw's side of it: a scene point p is shown at (p + scroll) * zoom. */
export interface Viewport {
  scrollX: number;
  scrollY: number;
  zoom: number;
  width: number;
  height: number;
}

const WIDTH = 1000;
const SMALLEST_ZOOM = 0.1;
const LARGEST_ZOOM = 30;

export function toPlace(view: Viewport, page: string): Place {
  return {
    page,
    x: view.width / 2 / view.zoom - view.scrollX,
    y: view.height / 2 / view.zoom - view.scrollY,
    zoom: (view.zoom * WIDTH) / Math.max(1, view.width),
  };
}

export function toViewport(place: Place, width: number, height: number): Viewport {
  const zoom = Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, (place.zoom * width) / WIDTH));
  return { zoom, width, height, scrollX: width / 2 / zoom - place.x, scrollY: height / 2 / zoom - place.y };
}

/** Whether two viewports show the same, give or take a pixel. */
export function isSameView(a: Viewport, b: Viewport): boolean {
  const near = (one: number, other: number): boolean => Math.abs(one - other) * b.zoom < 1.5;
  return near(a.scrollX, b.scrollX) && near(a.scrollY, b.scrollY) && Math.abs(a.zoom - b.zoom) < 0.005;
}
