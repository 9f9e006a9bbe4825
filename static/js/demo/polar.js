// @ts-check
// The picture around a centre: each image at its distance in widths of the centre, in the sector of its class. The
// angle is always the same for the same image, so that only distances move.
import { paintText } from "./marks.js";

/** Multiples of it fill a circle evenly, whatever their number (Weyl; the angle of sunflowers). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** What of a sector stays free at each side. */
const GAP = 0.08;
const FAR = 65535;
/** The names of the sectors stand so far outside of the rest. */
const ROOM = 1.12;
const ROUND = 2 * Math.PI;

/** Distances in widths from base64 of u16, little-endian. @param {string} text @param {number} reach What 65535 stands for. */
export function readDistances(text, reach) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 1 }, (_, i) => view.getUint16(2 * i, true) / FAR * reach);
}

/** Direction of a point, in radians from the right, counted against the clock: the first class begins at the top.
 * @param {number} point @param {number} label @param {number} classes */
export function angleOf(point, label, classes) {
  const within = GAP + (1 - 2 * GAP) * ((point + 1) * GOLDEN % 1);
  return ROUND / 4 - (label % classes + within) / classes * ROUND;
}

/**
 * Where the points lie around a centre, in widths, and how far to look: a few strays make nothing small.
 * @param {Float32Array} distances @param {Uint8Array} labels @param {number} classes
 */
export function polarPlaces(distances, labels, classes) {
  const points = new Float32Array(2 * distances.length);
  distances.forEach((distance, i) => {
    const angle = angleOf(i, labels[i], Math.max(1, classes));
    points[2 * i] = distance * Math.cos(angle);
    points[2 * i + 1] = distance * Math.sin(angle);
  });
  const sorted = distances.slice().sort();
  const far = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.98))] ?? 1;
  return { points, extent: Math.max(1.3, far) * ROOM };
}

/** Radii of the rings: 1, and whole steps beyond, six at most. @param {number} far */
export function rings(far) {
  const step = Math.max(1, Math.ceil(far / 5));
  const found = [1];
  for (let radius = step === 1 ? 2 : step; radius < far; radius += step) found.push(radius);
  return found;
}

/** @param {import("./marks.js").Sheet} sheet @param {number} extent @param {string[]} classes */
export function paintRings(sheet, extent, classes) {
  const { pen, px, py, colour, side, font } = sheet;
  const [x, y] = [px(0), py(0)];
  const radius = (/** @type {number} */ of) => px(of) - x;
  const all = rings(extent / ROOM);
  for (const of of all) {
    pen.beginPath();
    pen.arc(x, y, radius(of), 0, ROUND);
    pen.lineWidth = of === 1 ? 2.5 : 1;
    pen.strokeStyle = colour(of === 1 ? "--accent" : "--field");
    pen.stroke();
  }
  pen.strokeStyle = colour("--line");
  pen.lineWidth = 1;
  classes.forEach((_, label) => {
    const angle = ROUND / 4 - label / classes.length * ROUND;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(px(Math.cos(angle) * extent / ROOM), py(Math.sin(angle) * extent / ROOM));
    pen.stroke();
  });
  const height = Math.max(12, side / 36);
  for (const of of all) paintText({ pen, colour, font }, String(of), x, y - radius(of), height * 0.8);
}

/** The names of the sectors, outside. @param {import("./marks.js").Sheet} sheet @param {number} extent @param {string[]} classes */
export function paintSectors(sheet, extent, classes) {
  const height = Math.max(12, sheet.side / (classes.some((name) => name.length > 3) ? 34 : 24));
  classes.forEach((name, label) => {
    const angle = ROUND / 4 - (label + 0.5) / classes.length * ROUND;
    paintText(sheet, name, sheet.px(Math.cos(angle) * extent), sheet.py(Math.sin(angle) * extent), height);
  });
}
