// @ts-check
// The vector x of a function of the plane, dragged in the picture itself, or moved with the arrow keys.

import { h } from "../stage/dom.js";
import { valueOf } from "./cells.js";
import { scaleOf } from "./figures.js";

/** @param {string} text @returns {[number, number]|null} */
export function readPoint(text) {
  const [x, y, ...more] = text.replace(/[[\]();]/g, " ").trim().split(/\s*,\s*|\s+/).map(valueOf);
  return more.length === 0 && Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
}

/** From the picture, in its own units, to the plane: to a twentieth of what is within reach, about the width of a finger. @param {[number, number]} at @param {number} side @param {number} reach @returns {[number, number]} */
export function pointAt([px, py], side, reach) {
  const grain = 10 ** Math.floor(Math.log10(reach / 20));
  const rounded = (/** @type {number} */ x) => Number((Math.round(Math.max(-reach, Math.min(reach, x)) / grain) * grain).toPrecision(6)) || 0;
  const scale = scaleOf(side, reach);
  return [rounded((px - side / 2) / scale), rounded((side / 2 - py) / scale)];
}

/** @param {string} key @param {boolean} far @param {[number, number]} from @param {number} reach @returns {[number, number]|null} */
export function nudged(key, far, [x, y], reach) {
  const by = 10 ** Math.floor(Math.log10(reach / 20)) * (far ? 10 : 1);
  const to = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [x - by, y], ArrowRight: [x + by, y], ArrowDown: [x, y - by], ArrowUp: [x, y + by],
  })[key];
  return to ? [Number(to[0].toPrecision(6)), Number(to[1].toPrecision(6))] : null;
}

/**
 * Puts a handle where x is. The picture is another one after each move, so what is dragged is looked up anew.
 * @param {HTMLElement} shown @param {HTMLInputElement|null} field
 */
export function makeHandle(shown, field) {
  const svg = /** @type {SVGSVGElement|null} */ (shown.querySelector("svg.svd-figure-plane[data-reach]"));
  const at = readPoint(field?.value ?? "");
  if (!svg || !field || !at) return;
  const side = svg.viewBox.baseVal.width;
  const reach = Number(svg.dataset.reach);
  if (!(side > 0 && reach > 0)) return;
  const scale = scaleOf(side, reach);
  const handle = h("button.walk-handle", { type: "button", id: "walk-x", "aria-label": `x, at ${at.join(", ")}: drag it, or move it with the arrow keys` });
  const clamp = (/** @type {number} */ share) => Math.max(0, Math.min(100, 100 * share));
  handle.style.left = `${clamp((side / 2 + at[0] * scale) / side)}%`;
  handle.style.top = `${clamp((side / 2 - at[1] * scale) / side)}%`;
  const box = h("div.walk-plane");
  svg.replaceWith(box);
  box.append(svg, handle);

  /** @param {[number, number]} to */
  function put(to) {
    const text = to.join(", ");
    if (!field || field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  handle.addEventListener("keydown", (event) => {
    const to = nudged(event.key, event.shiftKey, readPoint(field.value) ?? at, reach);
    if (!to) return;
    event.preventDefault();
    put(to);
  });
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const drag = (/** @type {PointerEvent} */ move) => {
      const now = shown.querySelector(".walk-plane > svg");
      if (!now || move.pointerId !== event.pointerId) return;
      const { left, top, width } = now.getBoundingClientRect();
      const to = pointAt([(move.clientX - left) * side / width, (move.clientY - top) * side / width], side, reach);
      const own = /** @type {HTMLElement|null} */ (shown.querySelector(".walk-handle"));
      if (own) {
        own.style.left = `${clamp((side / 2 + to[0] * scale) / side)}%`;
        own.style.top = `${clamp((side / 2 - to[1] * scale) / side)}%`;
      }
      put(to);
    };
    const end = (/** @type {PointerEvent} */ up) => {
      if (up.pointerId !== event.pointerId) return;
      removeEventListener("pointermove", drag);
      for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) removeEventListener(type, end);
    };
    addEventListener("pointermove", drag);
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) addEventListener(type, end);
  });
}
