// @ts-check
// Points that move: drawn on a canvas, each class in its colour and with its name where it lies. The same points lie in
// the plane of the embedding, of the activations, of t-SNE, or around a centre. Pan, zoom and selection are the viewer's.
import { h } from "../stage/dom.js";
import { prefersStill } from "../draw/bars.js";
import { makeCamera } from "./camera.js";
import { hit, paintCentres, paintNames, paintPoints, paintPrototypes, paintRing } from "./marks.js";
import { paintRings, paintSectors, polarPlaces } from "./polar.js";

const MOVE_MS = 900;
const MARGIN = 1.12;
/** Between two drawings: smooth enough for points, and the machine may be the one that trains. */
const FRAME_MS = 32;

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./words.js").View} View */

/**
 * @param {string} label
 * @param {((what: import("./marks.js").What) => void)|null} picked Null where nobody has a hand on it: it is looked at only.
 */
export function makeScatter(label, picked) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas.scatter", { role: "img", tabindex: picked ? "0" : null, "aria-label": label }));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {Picture|null} */
  let picture = null;
  /** @type {View} */
  let shown = "embedding";
  /** @type {string[]} */
  let classes = [];
  /** The picture around a centre, once its distances are here. @type {{points: Float32Array, extent: number}|null} */
  let around = null;
  /** What is looked at, and where in the embedding's plane if it was drawn. @type {{what: import("./marks.js").What, at?: [number, number]}|null} */
  let selected = null;
  /** @type {Float32Array|null} */
  let before = null;
  /** @type {Float32Array|null} */
  let now = null;
  let extentBefore = 1;
  let extentNow = 1;
  let began = 0;
  let drawing = 0;
  let drawnAt = 0;
  /** Pixels at the end side that something else lies over. */
  let covered = 0;

  /** What is drawn: the view that was chosen where there is one, or else the embedding. @returns {{name: View, points: Float32Array, extent: number}|null} */
  function goal() {
    if (!picture) return null;
    if (shown === "around" && around?.points.length === 2 * picture.n) return { name: "around", ...around };
    if (shown === "activations" && picture.activations) return { name: "activations", points: picture.activations, extent: picture.extent[1] };
    if (shown === "tsne" && picture.tsne) return { name: "tsne", points: picture.tsne, extent: picture.extent[2] };
    return { name: "embedding", points: picture.embedding, extent: picture.extent[0] };
  }

  const free = () => canvas.clientWidth - covered;
  const side = () => Math.min(free(), canvas.clientHeight);
  const unit = () => side() / 2 / (extentNow * MARGIN);
  const ask = () => { if (!drawing) drawing = requestAnimationFrame(draw); };
  const whole = { zoom: 1, x: 0, y: 0 };
  const camera = picked ? makeCamera(canvas, {
    unit, changed: ask,
    tap(x, y, touch) {
      const to = goal();
      if (!picture || !now || !to) return;
      const what = hit(picture, now, { ...axes(), side: side() }, { x, y, touch, centres: to.name === "embedding" });
      if (what) picked(what);
    },
  }) : { view: whole, reset: ask };
  const { view } = camera;

  const axes = () => {
    const scale = unit() * view.zoom;
    return {
      px: (/** @type {number} */ x) => free() / 2 + (x - view.x) * scale,
      py: (/** @type {number} */ y) => canvas.clientHeight / 2 - (y - view.y) * scale,
    };
  };

  function draw() {
    drawing = 0;
    const at = performance.now();
    if (at - drawnAt < FRAME_MS) return ask();
    drawnAt = at;
    const to = goal();
    if (!picture || !to || !now) return;
    const gone = prefersStill() ? 1 : Math.min(1, (at - began) / MOVE_MS);
    const eased = 1 - (1 - gone) ** 3;
    const from = before && before.length === to.points.length ? before : to.points;
    for (let i = 0; i < to.points.length; i += 1) now[i] = from[i] + (to.points[i] - from[i]) * eased;
    extentNow = extentBefore + (to.extent - extentBefore) * eased;
    paint(picture, to, now);
    if (gone < 1) ask();
  }

  /** @param {Picture} of @param {{name: View, extent: number}} to @param {Float32Array} points */
  function paint(of, to, points) {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const { clientWidth: wide, clientHeight: high } = canvas;
    if (!wide || !high) return;
    if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
      canvas.width = Math.round(wide * ratio);
      canvas.height = Math.round(high * ratio);
    }
    const style = getComputedStyle(canvas);
    const sheet = {
      pen, ...axes(), side: side(), font: style.fontFamily,
      colour: (/** @type {string} */ name) => style.getPropertyValue(name).trim(),
      size: Math.max(1.6, side() / 190) * Math.min(2, Math.sqrt(view.zoom)),
    };
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    if (to.name === "around") paintRings(sheet, to.extent, classes);
    paintPoints(sheet, of, points);
    if (to.name === "embedding") paintCentres(sheet, of);
    if (to.name === "around") paintSectors(sheet, to.extent, classes);
    else paintNames(sheet, of, points, classes);
    if (to.name === "embedding") paintPrototypes(sheet, of, classes);
    const at = placeOf(of, to, points);
    if (at && selected) paintRing(sheet, at, "prototype" in selected.what);
  }

  /** Where what is looked at lies in this view; null if it does not. @param {Picture} of @param {{name: View}} to @param {Float32Array} points @returns {[number, number]|null} */
  function placeOf(of, { name }, points) {
    if (!selected) return null;
    const { what, at } = selected;
    const nth = (/** @type {Float32Array} */ all, /** @type {number} */ i) => 2 * i + 1 < all.length ? /** @type {[number, number]} */ ([all[2 * i], all[2 * i + 1]]) : null;
    if ("point" in what) return nth(points, what.point);
    if (name !== "embedding") return null;
    if ("centre" in what) return nth(of.centres, what.centre);
    if ("prototype" in what) return nth(of.prototypes, what.prototype);
    return at ? [at[0] * of.extent[0], at[1] * of.extent[0]] : null;
  }

  function goOn() {
    const to = goal();
    before = now && now.slice();
    extentBefore = now ? extentNow : to?.extent ?? 1;
    began = performance.now();
    if (to && now?.length !== to.points.length) {
      now = to.points.slice();
      before = null;
      extentBefore = to.extent;
    }
    ask();
  }

  new ResizeObserver(ask).observe(canvas);

  return {
    node: canvas,
    /** @param {Picture} next @param {string[]} names */
    set(next, names) {
      classes = names;
      if (next === picture) return;
      if (picture?.run !== next.run) {
        now = null;
        around = null;
      }
      picture = next;
      goOn();
    },
    /** @param {View} name */
    show(name) {
      if (shown === name) return;
      shown = name;
      camera.reset();
      goOn();
    },
    /** Distances of all points from a centre, in its widths. @param {Float32Array} distances */
    around(distances) {
      if (distances.length !== picture?.n) return;
      around = polarPlaces(distances, picture.labels, classes.length);
      if (shown === "around") goOn();
    },
    /** @param {import("./marks.js").What|null} what @param {[number, number]} [at] */
    select(what, at) {
      if (selected?.what === (what ?? undefined) && selected?.at === at) return;
      selected = what && { what, at };
      ask();
    },
    /** Leaves so many pixels at the end side free for what lies over them. @param {number} pixels */
    leave(pixels) {
      if (pixels === covered) return;
      covered = pixels;
      ask();
    },
    ask,
  };
}
