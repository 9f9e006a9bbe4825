// @ts-check
// What can be moved in the pictures of a step: the moves of a 2 × 2 matrix, the frames of a clip. They are complete
// without this; each time other parts are shown it is put in anew, where it stood.

import { h, say } from "../stage/dom.js";
import { asSvg, soFar } from "./turning.js";

/** One move, or one frame of a clip, takes so long, in milliseconds. */
const MOVE = 1600;
const FRAME = 80;
/** Units of the pictures between the edge and what is within reach. */
export const MARGIN = 4;

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Where each slider stood, by its place among its like. @type {Map<string, number>} */
const stood = new Map();

/** From units of the plane to those of a picture of this side. @param {number} side @param {number} reach */
export const scaleOf = (side, reach) => (side / 2 - MARGIN) / reach;

/**
 * A slider with a button that plays it.
 * @param {string} id @param {{label: string, most: number, step: number, ms: number, words: (at: number) => string, draw: (at: number) => void}} of
 *   `most` is the last place, `ms` how long one unit of it takes.
 */
export function makePlayer(id, { label, most, step, ms, words, draw }) {
  const play = h("button", { type: "button", id: `${id}-play` }, "Play");
  const slider = /** @type {HTMLInputElement} */ (h("input", { type: "range", id, min: 0, max: most, step, "aria-label": label }));
  const told = h("output", { for: id });
  const node = h("div.walk-player", {}, play, slider, told);
  let frame = 0;

  /** @param {number} at */
  function put(at) {
    stood.set(id, at);
    slider.value = String(at);
    const said = words(at);
    say(told, said);
    slider.setAttribute("aria-valuetext", said);
    draw(at);
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    say(play, "Play");
  }

  /** @param {boolean} [again] From the beginning once it is at its end. */
  function start(again = false) {
    const from = Number(slider.value) >= most ? 0 : Number(slider.value);
    // Without motion a press is one step on.
    if (still()) return put(Number(slider.value) >= most ? 0 : Math.min(most, Math.floor(from) + 1));
    const began = performance.now();
    say(play, "Pause");
    const tick = (/** @type {number} */ now) => {
      if (!node.isConnected) return stop();
      const at = Math.min(most, from + Math.max(0, now - began) / ms);
      put(step >= 1 ? Math.floor(at) : at);
      if (at >= most) {
        stop();
        return again && start(true);
      }
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  }

  play.addEventListener("click", () => (frame ? stop() : start()));
  slider.addEventListener("input", () => {
    stop();
    put(Number(slider.value));
  });
  put(Math.min(most, stood.get(id) ?? 0));
  return { node, start };
}

/** What has been done at a place of the slider, in words. @param {{what: string}[]} moves @param {number} at */
export function moveWords(moves, at) {
  if (at <= 0) return "before";
  const n = Math.min(moves.length, Math.ceil(at));
  const part = at >= n ? "" : `, ${Math.round(100 * (at - n + 1))}\u00a0%`;
  return `${n}. ${moves[n - 1].what}${part}`;
}

/** @param {SVGSVGElement} svg @param {string} id */
function makeMoves(svg, id) {
  const moves = JSON.parse(svg.dataset.moves ?? "[]");
  const first = svg.querySelector("[data-move='0'] > svg");
  if (!first || !moves.length) return null;
  const panel = /** @type {SVGSVGElement} */ (first.cloneNode(true));
  const side = panel.viewBox.baseVal.width;
  const scale = scaleOf(side, Number(svg.dataset.reach) || 1);
  for (const name of ["width", "height", "y"]) panel.removeAttribute(name);
  panel.setAttribute("class", "walk-moving svd-ink");
  panel.setAttribute("fill", "currentColor");
  panel.setAttribute("aria-hidden", "true");
  const place = `translate(${side / 2} ${side / 2}) scale(${scale} ${-scale})`;
  const taken = panel.querySelectorAll(".svd-move-grid > g, .svd-move-circle > g");
  const basis = panel.querySelector(".svd-move-basis");
  const arrows = ["svd-first", "svd-second"].map((look) => {
    const line = document.createElementNS(panel.namespaceURI ?? "", "path");
    for (const [name, value] of Object.entries({ class: look, fill: "none", stroke: "currentColor", "stroke-width": "2.5", "vector-effect": "non-scaling-stroke" })) line.setAttribute(name, value);
    if (look === "svd-second") line.setAttribute("stroke-dasharray", "8 4");
    return line;
  });
  const group = document.createElementNS(panel.namespaceURI ?? "", "g");
  group.append(...arrows);
  basis?.replaceChildren(group);
  const matrices = moves.map((/** @type {{by: number[][]}} */ one) => one.by);
  const player = makePlayer(id, {
    label: "How far the moves are done", most: moves.length, step: 0.01, ms: MOVE,
    words: (at) => moveWords(moves, at),
    draw(at) {
      const by = soFar(matrices, at);
      for (const one of taken) one.setAttribute("transform", `${place} ${asSvg(by)}`);
      group.setAttribute("transform", place);
      arrows.forEach((arrow, n) => arrow.setAttribute("d", `M0 0L${by[0][n]} ${by[1][n]}`));
    },
  });
  const node = h("div.walk-moves", {}, player.node);
  node.prepend(panel);
  return { node, start: player.start };
}

/** @param {SVGSVGElement} svg @param {string} id */
function makeFrames(svg, id) {
  const { frames, rows, columns, pictures } = svg.dataset;
  const view = svg.querySelector(".svd-frame");
  const count = Number(frames);
  if (!view || !(count > 1)) return null;
  return makePlayer(id, {
    label: "Frame", most: count - 1, step: 1, ms: FRAME,
    words: (at) => `frame ${at + 1} of ${count}`,
    draw: (at) => view.setAttribute("viewBox", `0 ${at * Number(rows)} ${Number(columns) * Number(pictures ?? 1)} ${rows}`),
  });
}

/** Puts players to all pictures that have something to play. @param {ParentNode} shown @param {boolean} [plays] At once, as on a stage. */
export function enliven(shown, plays = false) {
  shown.querySelectorAll("svg[data-moves], svg[data-frames]").forEach((one, n) => {
    const svg = /** @type {SVGSVGElement} */ (one);
    const made = svg.dataset.moves ? makeMoves(svg, `moves-${n}`) : makeFrames(svg, `frames-${n}`);
    if (!made) return;
    if (svg.dataset.moves) svg.before(made.node);
    else svg.after(made.node);
    // A clip goes round; moves are done once, and what they came to stays.
    if (plays && !still()) made.start(!svg.dataset.moves);
  });
}
