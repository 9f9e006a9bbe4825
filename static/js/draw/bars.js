// @ts-check
// Horizontal bars as a list: the words carry everything, the coloured bars are decoration for the eye.
// Nodes are kept by row, so that a bar grows from where it is and a row moves from where it stood.
//
// Markup, for the style sheet of the page:
//   ul.bars > li.bar[data-lead] > span.bar-mark, span.bar-label, span.bar-note, span.bar-count, span.bar-percent,
//                                 span.bar-track[aria-hidden] > span.bar-fill (width 100 %, transform-origin at its start)

/**
 * @typedef {object} Row
 * @property {string|number|null} id Null for a row that stands for no single option.
 * @property {string} label
 * @property {number} count
 * @property {number} percent Unrounded, as `share` gives it.
 * @property {string} [note] A small remark, as "3 voted before it existed".
 * @property {string} [mark] A letter before the label.
 * @property {boolean} [lead] Highlighted; the mark of the winner, so never set on one of several equals.
 */
/**
 * @typedef {object} Options
 * @property {number} [base] The percentage that fills the width.
 * @property {boolean} [animate] Moves from the old picture to the new one.
 * @property {number} [duration] Of the movement, in milliseconds.
 * @property {number} [stagger] Delay of each row after the one above it, in milliseconds.
 */

import { percentText } from "../counts.js";
import { say } from "../stage/dom.js";

const EASE = "cubic-bezier(.2, .8, .2, 1)";

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {Row} row */
const keyOf = (row) => (row.id === null ? `rest ${row.label}` : String(row.id));

/** @param {string} className @param {Element} parent */
function part(className, parent) {
  const node = document.createElement("span");
  node.className = className;
  parent.append(node);
  return node;
}

/** @param {string} key */
function makeItem(key) {
  const item = document.createElement("li");
  item.className = "bar";
  item.dataset.key = key;
  part("bar-mark", item);
  part("bar-label", item).dir = "auto";
  part("bar-note", item);
  part("bar-count", item);
  part("bar-percent", item);
  const track = part("bar-track", item);
  track.setAttribute("aria-hidden", "true");
  part("bar-fill", track);
  return item;
}

/** @param {Element} item @param {string} className @returns {HTMLElement} */
const get = (item, className) => /** @type {HTMLElement} */ (item.querySelector(`.${className}`));

/** How far a bar is drawn at this moment, a running movement included. @param {HTMLElement} fill */
function drawnScale(fill) {
  const { transform } = getComputedStyle(fill);
  return transform === "none" ? 1 : new DOMMatrixReadOnly(transform).a;
}

/** Numbers under way, so that a newer count can take over. @type {WeakMap<HTMLElement, number>} */
const counting = new WeakMap();

/**
 * Counts a number up or down in step with its bar.
 * @param {HTMLElement} node @param {number} to @param {(value: number) => string} text @param {number} delay @param {number} duration
 */
export function countTo(node, to, text, delay, duration) {
  const from = Number(node.dataset.value ?? 0);
  node.dataset.value = String(to);
  cancelAnimationFrame(counting.get(node) ?? 0);
  if (duration === 0 || from === to) return say(node, text(to));
  const start = performance.now() + delay;
  say(node, text(from));
  const step = (/** @type {number} */ now) => {
    const along = Math.min(1, Math.max(0, (now - start) / duration));
    say(node, text(along === 1 ? to : from + (to - from) * (1 - (1 - along) ** 3)));
    if (along < 1) counting.set(node, requestAnimationFrame(step));
  };
  counting.set(node, requestAnimationFrame(step));
}

/** @param {HTMLElement} fill @param {number} to @param {KeyframeAnimationOptions|null} timing */
function grow(fill, to, timing) {
  const from = timing ? drawnScale(fill) : to;
  for (const running of fill.getAnimations()) running.cancel();
  fill.style.transform = `scaleX(${to})`;
  if (timing && Math.abs(from - to) > 0.0005) {
    fill.animate([{ transform: `scaleX(${from})` }, { transform: `scaleX(${to})` }], { ...timing, fill: "backwards" });
  }
}

/**
 * Draws rows into a list element, which it owns from then on.
 * @param {HTMLElement} element
 * @param {Row[]} rows
 * @param {Options} [options]
 */
export function drawBars(element, rows, { base = 100, animate = true, duration = 450, stagger = 0 } = {}) {
  const moves = animate && !prefersStill();
  element.classList.add("bars");
  // A list without bullets is no list to some screen readers unless it says so.
  element.setAttribute("role", "list");

  /** @type {Map<string, HTMLElement>} */
  const items = new Map();
  for (const child of element.children) items.set(/** @type {HTMLElement} */ (child).dataset.key ?? "", /** @type {HTMLElement} */ (child));
  const stood = new Map();
  if (moves) for (const [key, item] of items) stood.set(key, item.getBoundingClientRect());

  const keys = new Set(rows.map(keyOf));
  for (const [key, item] of items) if (!keys.has(key)) item.remove();

  rows.forEach((row, place) => {
    const key = keyOf(row);
    const known = items.get(key);
    const item = known ?? makeItem(key);
    if (element.children[place] !== item) element.insertBefore(item, element.children[place] ?? null);
    item.toggleAttribute("data-lead", Boolean(row.lead));

    const label = get(item, "bar-label");
    say(label, row.label);
    if (label.title !== row.label) label.title = row.label;
    say(get(item, "bar-mark"), row.mark ?? "");
    say(get(item, "bar-note"), row.note ?? "");

    const delay = moves ? place * stagger : 0;
    const span = moves ? duration : 0;
    countTo(get(item, "bar-count"), row.count, (n) => String(Math.round(n)), delay, span);
    countTo(get(item, "bar-percent"), row.percent, percentText, delay, span);

    const fill = get(item, "bar-fill");
    if (!known) fill.style.transform = "scaleX(0)";
    const scale = base > 0 ? Math.min(1, Math.max(0, row.percent / base)) : 0;
    grow(fill, scale, moves ? { duration, delay, easing: EASE } : null);
  });

  if (!moves) return;
  for (const [key, was] of stood) {
    const item = items.get(key);
    if (!item?.isConnected) continue;
    const is = item.getBoundingClientRect();
    const x = was.left - is.left;
    const y = was.top - is.top;
    if (Math.abs(x) + Math.abs(y) < 1) continue;
    item.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: Math.min(duration, 450), easing: EASE });
  }
}
