// @ts-check
// A viewer's own look at a drawing: drag, wheel or pinch, or the arrow keys, + and −; 0 or a double press shows all
// again. A press that hardly moves is a tap on what lies there.

/** A finger that moves less than this, in pixels, taps. */
export const TAP_PX = 6;
const ZOOM = { least: 0.5, most: 30 };
const KEY_PX = 30;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {object} page
 * @param {() => number} page.unit Pixels that one unit of the drawing takes when all of it is shown.
 * @param {() => void} page.changed
 * @param {(x: number, y: number, touch: boolean) => void} page.tap In pixels from the canvas's corner.
 */
export function makeCamera(canvas, { unit, changed, tap }) {
  const view = { zoom: 1, x: 0, y: 0 };
  /** @type {Map<number, PointerEvent>} */
  const fingers = new Map();
  /** Where the one finger that may yet tap came down. @type {PointerEvent|null} */
  let down = null;

  const reset = () => { Object.assign(view, { zoom: 1, x: 0, y: 0 }); changed(); };
  const zoomBy = (/** @type {number} */ by) => {
    view.zoom = Math.max(ZOOM.least, Math.min(ZOOM.most, view.zoom * by));
    changed();
  };
  const panBy = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    view.x -= dx / (unit() * view.zoom);
    view.y += dy / (unit() * view.zoom);
    changed();
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  const moved = (/** @type {PointerEvent} */ a, /** @type {PointerEvent} */ b) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) >= TAP_PX;

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBy(1.0015 ** -event.deltaY);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    down = fingers.size === 1 && event.button === 0 ? event : null;
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    if (down && !moved(down, event)) return;
    down = null;
    const apart = fingers.size === 2 ? spread() : 0;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) zoomBy(spread() / (apart || 1));
    else panBy(event.clientX - last.clientX, event.clientY - last.clientY);
  });
  canvas.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (!down || down.pointerId !== event.pointerId) return;
    down = null;
    const box = canvas.getBoundingClientRect();
    tap(event.clientX - box.left - canvas.clientLeft, event.clientY - box.top - canvas.clientTop, event.pointerType !== "mouse");
  });
  canvas.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    down = null;
  });
  canvas.addEventListener("dblclick", reset);
  canvas.addEventListener("keydown", (event) => {
    const acts = /** @type {Record<string, () => void>} */ ({
      "+": () => zoomBy(1.25), "-": () => zoomBy(0.8), 0: reset,
      ArrowLeft: () => panBy(KEY_PX, 0), ArrowRight: () => panBy(-KEY_PX, 0),
      ArrowUp: () => panBy(0, KEY_PX), ArrowDown: () => panBy(0, -KEY_PX),
    });
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  return { view, reset };
}
