// @ts-check
// A photo of the viewer's own: shrunk and made grey on this device, taken apart by the server, which keeps nothing of
// it, and put together again here, at any rank.

import { h, say, show } from "../stage/dom.js";
import { HEAD, PIXELS_MAX, sizeOf } from "./photo_size.js";
import { greyOf, rankWords, readFactors, recompose, shrunk } from "./factors.js";

/** Pixels of the longer side. */
const SIDE = 192;
/** Bytes: more than a phone's camera makes. */
const LARGEST = 25_000_000;
/** With so many singular triples it begins. */
const FIRST_RANK = 20;

/** @param {HTMLCanvasElement} canvas @param {number} rows @param {number} columns @param {ArrayLike<number>} grey */
function drawGrey(canvas, rows, columns, grey) {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = new ImageData(columns, rows);
  for (let at = 0; at < rows * columns; at += 1) image.data.set([grey[at], grey[at], grey[at], 255], 4 * at);
  context?.putImageData(image, 0, 0);
}

/** @param {File} file */
async function readPhoto(file) {
  const [wide, high] = sizeOf(await file.slice(0, HEAD).arrayBuffer()) ?? [0, 0];
  if (wide * high > PIXELS_MAX) return { wide, high };
  const bitmap = await createImageBitmap(file);
  const [columns, rows] = shrunk(bitmap.width, bitmap.height, SIDE);
  const canvas = h("canvas");
  Object.assign(canvas, { width: columns, height: rows });
  const context = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, columns, rows);
  bitmap.close();
  return { rows, columns, grey: greyOf(context.getImageData(0, 0, columns, rows).data) };
}

/** @param {string} code */
export function makePhoto(code) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "file", accept: "image/*", id: "photo" }));
  const told = h("p", { role: "status" });
  const original = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img", "aria-label": "Your photo, in grey" }));
  const made = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img", "aria-label": "Your photo, from its first singular triples" }));
  const slider = /** @type {HTMLInputElement} */ (h("input", { type: "range", id: "photo-rank", min: 1, max: 1, step: 1 }));
  const words = h("output", { for: "photo-rank" });
  const result = h("div", { hidden: true },
    h("div.walk-photos", {},
      h("figure", {}, original, h("figcaption", {}, "Your photo, in grey")),
      h("figure", {}, made, h("figcaption", {}, "Put together again"))),
    h("label", { for: "photo-rank" }, "Rank"), slider, words);
  const node = h("section.walk-photo", { "aria-labelledby": "photo-title" },
    h("h2", { id: "photo-title" }, "Your own photo"),
    h("p.quiet", {}, `It is shrunk to ${SIDE} pixels and made grey on this device, sent to be taken apart, and not stored. Nobody else sees it.`),
    h("p.field", {}, h("label", { for: "photo" }, "Choose a photo"), input), told, result);
  /** @type {{grey: Uint8Array, factors: import("./factors.js").Factors}|null} */
  let held = null;
  let frame = 0;

  function draw() {
    frame = 0;
    if (!held) return;
    const { grey, factors } = held;
    const rank = Number(slider.value);
    // What lies outside of black and white is cut off, as it is in every picture.
    drawGrey(made, factors.rows, factors.columns, Uint8ClampedArray.from(recompose(factors, rank)));
    const said = rankWords(grey, factors, rank);
    say(words, said);
    slider.setAttribute("aria-valuetext", said);
  }

  /** @param {File} file */
  async function take(file) {
    if (file.size > LARGEST) return say(told, "This file has more than 25 MB. Choose a smaller picture.");
    say(told, "Taking it apart…");
    let photo;
    try {
      photo = await readPhoto(file);
    } catch {
      return say(told, "This file is no picture that this browser can read. Choose a PNG or JPEG.");
    }
    if (!photo.grey) return say(told, `This picture says that it has ${photo.wide} × ${photo.high} pixels. Choose a smaller one.`);
    try {
      const { rows, columns, grey } = photo;
      const answer = await fetch(`/walk/${code}/picture?rows=${rows}&columns=${columns}`, {
        method: "POST", body: grey, headers: { "Content-Type": "application/octet-stream" },
      });
      if (!answer.ok) return say(told, (await answer.json()).detail ?? "The server could not take it apart. Try again in a moment.");
      const factors = readFactors(await answer.arrayBuffer());
      if (!factors) return say(told, "The answer could not be read. Reload the page and try again.");
      held = { grey, factors };
      drawGrey(original, rows, columns, grey);
      slider.max = String(factors.k);
      slider.value = String(Math.min(FIRST_RANK, factors.k));
      show(result, true);
      draw();
      say(told, "");
    } catch {
      say(told, "There is no connection just now. Choose the photo again in a moment.");
    }
  }

  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) void take(file);
  });
  slider.addEventListener("input", () => { frame ||= requestAnimationFrame(draw); });
  return node;
}
