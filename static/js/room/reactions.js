// @ts-check
// Reactions: a row of five, and what others press as a few that rise. Sums come ten times a second, whoever presses.

import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { ask } from "./main.js";
import { newReactions } from "./words.js";

/** @type {Record<string, [string, string]>} */
const KINDS = { clap: ["👏", "Applause"], heart: ["❤️", "Love it"], laugh: ["😂", "Funny"], wow: ["😮", "Wow"], think: ["🤔", "I wonder"] };
/** As many as the server takes in a second. */
const PACE = 3;
const RISING_MAX = 8;

/** @type {Record<string, number>|null} */
let before = null;
let rising = 0;
/** When this device pressed, lately. @type {number[]} */
let pressed = [];

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {string} kind */
function rise(kind) {
  if (still() || rising >= RISING_MAX || document.hidden) return;
  const one = document.createElement("span");
  one.className = "rising";
  one.textContent = KINDS[kind]?.[0] ?? "";
  one.setAttribute("aria-hidden", "true");
  one.style.insetInlineEnd = `${8 + Math.random() * 60}px`;
  document.body.append(one);
  rising += 1;
  const end = () => { one.remove(); rising -= 1; };
  one.animate([{ transform: "translateY(0)", opacity: 1 }, { transform: "translateY(-40vh)", opacity: 0 }], { duration: 1800, easing: "ease-out" })
    .finished.then(end, end);
}

/** What is counted from: what came before is no news. @param {Record<string, number>} totals */
export const countFrom = (totals) => { before = totals; };

/** What all have pressed. @param {Record<string, number>} totals */
export function react(totals) {
  for (const { kind, n } of newReactions(before, totals)) {
    for (let k = 0; k < Math.min(n, 3); k += 1) setTimeout(() => rise(kind), Math.random() * 400);
  }
  before = totals;
}

/** @param {string} kind @param {MouseEvent} event */
function press(kind, event) {
  const now = performance.now();
  pressed = pressed.filter((at) => now - at < 1000);
  if (pressed.length >= PACE) return;
  pressed.push(now);
  if (!ask({ type: "react", kind })) return;
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  if (!still()) button.animate([{ transform: "scale(1)" }, { transform: "scale(1.35)" }, { transform: "scale(1)" }], 250);
  // One's own is seen at once, by its button; the sum brings it with the others.
}

/** The button that opens the row; it stays open until it is pressed again. @param {boolean} open @param {() => void} turn */
export const reactionButton = (open, turn) => html`
  <button type="button" class="react" aria-expanded=${open} @click=${turn}><span aria-hidden="true">👏</span><span class="react-word">React</span></button>`;

export const reactionBar = () => html`
  <div class="reactions" role="group" aria-label="Reactions">${Object.entries(KINDS).map(([kind, [sign, words]]) => html`
    <button type="button" aria-label=${words} title=${words} @click=${(/** @type {MouseEvent} */ event) => press(kind, event)}>${sign}</button>`)}</div>`;
