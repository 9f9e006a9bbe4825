// @ts-check
// How points, centres and prototypes are marked on a canvas, and which of them a press meant.
import { NONE } from "./picture.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {{point: number}|{centre: number}|{prototype: number}|{drawn: string}} What Something that can be looked at. */
/**
 * @typedef {object} Sheet Where and with what to draw.
 * @property {CanvasRenderingContext2D} pen
 * @property {(x: number) => number} px
 * @property {(y: number) => number} py
 * @property {(name: string) => string} colour Of a token.
 * @property {string} font
 * @property {number} size Radius of a point, in pixels.
 * @property {number} side Of the largest square that fits.
 */

/** Names of the palette's colours, in the order of the classes. */
const COLOURS = ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8", "--c9", "--c10"];
const ROUND = 2 * Math.PI;

/** @param {number} of A class. */
export const colourOf = (of) => COLOURS[of % COLOURS.length];

/** Middle of each class's points: the median of each coordinate, which strays do not move.
 * @param {Float32Array} points @param {Uint8Array} labels @param {number} classes */
export function middles(points, labels, classes) {
  return Array.from({ length: classes }, (_, of) => {
    /** @type {number[]} */ const xs = [];
    /** @type {number[]} */ const ys = [];
    labels.forEach((label, i) => {
      if (label !== of) return;
      xs.push(points[2 * i]);
      ys.push(points[2 * i + 1]);
    });
    if (!xs.length) return null;
    const median = (/** @type {number[]} */ all) => all.sort((a, b) => a - b)[all.length >> 1];
    return [median(xs), median(ys)];
  });
}

/** Learned from: filled. Held out: hollow. Wrong: crossed. Rejected: a ring around it. @param {Sheet} sheet @param {Picture} of @param {Float32Array} points */
export function paintPoints({ pen, px, py, colour, size }, of, points) {
  const arm = size * 1.25;
  const rejected = new Path2D();
  pen.lineWidth = Math.max(1, size / 2.5);
  // One path a class and kind of mark: thousands of paths would keep the machine from training.
  COLOURS.forEach((name, label) => {
    const [seen, held, wrong] = [new Path2D(), new Path2D(), new Path2D()];
    for (let i = 0; i < of.n; i += 1) {
      if (of.labels[i] % COLOURS.length !== label) continue;
      const [x, y] = [px(points[2 * i]), py(points[2 * i + 1])];
      if (of.rejected[i]) {
        rejected.moveTo(x + 2.2 * size, y);
        rejected.arc(x, y, 2.2 * size, 0, ROUND);
      }
      if (of.wrong[i]) {
        wrong.moveTo(x - arm, y - arm);
        wrong.lineTo(x + arm, y + arm);
        wrong.moveTo(x + arm, y - arm);
        wrong.lineTo(x - arm, y + arm);
        continue;
      }
      const path = i < of.heldFrom ? seen : held;
      path.moveTo(x + size, y);
      path.arc(x, y, size, 0, ROUND);
    }
    pen.fillStyle = pen.strokeStyle = colour(name);
    pen.globalAlpha = 0.75;
    pen.fill(seen);
    pen.stroke(held);
    pen.globalAlpha = 1;
    pen.stroke(wrong);
  });
  pen.strokeStyle = colour("--ink");
  pen.lineWidth = Math.max(1, size / 3);
  pen.stroke(rejected);
}

/** Diamonds in the colour of the class that each centre wins most of. @param {Sheet} sheet @param {Picture} of */
export function paintCentres({ pen, px, py, colour, size }, { centres, owners }) {
  const arm = size * 2.6;
  pen.lineWidth = Math.max(1.5, arm / 3.5);
  for (let i = 0; i < centres.length / 2; i += 1) {
    const [x, y] = [px(centres[2 * i]), py(centres[2 * i + 1])];
    pen.beginPath();
    pen.moveTo(x, y - arm);
    pen.lineTo(x + arm, y);
    pen.lineTo(x, y + arm);
    pen.lineTo(x - arm, y);
    pen.closePath();
    pen.fillStyle = colour(owners[i] === NONE ? "--paper" : colourOf(owners[i]));
    pen.strokeStyle = colour("--ink");
    pen.fill();
    pen.stroke();
  }
}

const prototypeRadius = (/** @type {number} */ side) => Math.max(11, side / 30);

/** What all centres come down to: one large disc a class, with the first letters of its name. @param {Sheet} sheet @param {Picture} of @param {string[]} classes */
export function paintPrototypes({ pen, px, py, colour, side, font }, { prototypes }, classes) {
  const radius = prototypeRadius(side);
  for (let of = 0; of < prototypes.length / 2; of += 1) {
    const [x, y] = [px(prototypes[2 * of]), py(prototypes[2 * of + 1])];
    pen.beginPath();
    pen.arc(x, y, radius, 0, ROUND);
    pen.fillStyle = colour("--card");
    pen.fill();
    pen.lineWidth = radius / 2.4;
    pen.strokeStyle = colour(colourOf(of));
    pen.stroke();
    pen.beginPath();
    pen.arc(x, y, radius * 1.2, 0, ROUND);
    pen.lineWidth = Math.max(1, radius / 10);
    pen.strokeStyle = colour("--ink");
    pen.stroke();
    paintText({ pen, colour, font }, (classes[of] ?? String(of)).slice(0, 2), x, y, radius * 1.2);
  }
}

/** Words that stay readable over points. @param {Pick<Sheet, "pen"|"colour"|"font">} sheet @param {string} text @param {number} x @param {number} y @param {number} height */
export function paintText({ pen, colour, font }, text, x, y, height) {
  pen.font = `700 ${height}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = height / 3.5;
  pen.strokeStyle = colour("--paper");
  pen.strokeText(text, x, y);
  pen.fillStyle = colour("--ink");
  pen.fillText(text, x, y);
}

/** @param {Sheet} sheet @param {Picture} of @param {Float32Array} points @param {string[]} classes */
export function paintNames(sheet, of, points, classes) {
  const height = Math.max(12, sheet.side / (classes.some((name) => name.length > 3) ? 25 : 21));
  middles(points, of.labels, classes.length).forEach((middle, label) => {
    if (middle) paintText(sheet, classes[label], sheet.px(middle[0]), sheet.py(middle[1]), height);
  });
}

/** A ring around what is looked at. @param {Sheet} sheet @param {[number, number]} at @param {boolean} large */
export function paintRing({ pen, px, py, colour, size, side }, at, large) {
  const radius = large ? prototypeRadius(side) * 1.6 : Math.max(8, size * 4);
  for (const [name, width] of /** @type {[string, number][]} */ ([["--paper", 6], ["--accent", 3]])) {
    pen.beginPath();
    pen.arc(px(at[0]), py(at[1]), radius, 0, ROUND);
    pen.lineWidth = width;
    pen.strokeStyle = colour(name);
    pen.stroke();
  }
}

/** How near to the middle of a mark a press has to be, in pixels; a finger is broader than a pointer. */
const REACH = { point: [10, 22], centre: [10, 18] };

/**
 * What a press at x, y meant: a prototype or a centre where they are drawn, or else the nearest point.
 * @param {Picture} of @param {Float32Array} points As they lie now.
 * @param {{px: (x: number) => number, py: (y: number) => number, side: number}} sheet
 * @param {{x: number, y: number, touch: boolean, centres: boolean}} press
 * @returns {What|null}
 */
export function hit(of, points, { px, py, side }, { x, y, touch, centres }) {
  const nearest = (/** @type {Float32Array} */ all, /** @type {number} */ reach) => {
    let [best, least] = [-1, reach];
    for (let i = 0; i < all.length / 2; i += 1) {
      const away = Math.hypot(px(all[2 * i]) - x, py(all[2 * i + 1]) - y);
      if (away <= least) [best, least] = [i, away];
    }
    return best;
  };
  if (centres) {
    const prototype = nearest(of.prototypes, prototypeRadius(side) * 1.2);
    if (prototype >= 0) return { prototype };
    const centre = nearest(of.centres, REACH.centre[Number(touch)]);
    if (centre >= 0) return { centre };
  }
  const point = nearest(points, REACH.point[Number(touch)]);
  return point >= 0 ? { point } : null;
}
