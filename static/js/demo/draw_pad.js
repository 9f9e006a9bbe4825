// @ts-check
// A pad to draw an image on with a finger, a pen or a mouse; what was drawn goes out a moment after the lift.
import { h } from "../stage/dom.js";
import { SIDE, base64, blank, centred, isBlank, stroke } from "./ink.js";

/** @typedef {Record<string, import("protocol").SettingSpec>} Settings */

const REST_MS = 350;

/** @param {(drawn: string) => void} send Takes 28 × 28 bytes as base64. */
export function makeDrawPad(send) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas.pad-cells", { width: SIDE, height: SIDE, role: "img", "aria-label": "Pad to draw on: white on black" }));
  const clear = h("button", { type: "button" }, "Clear");
  const node = h("div.pad", {}, canvas, h("div.pad-side", {}, h("p", {}, "Draw here, white on black. The network is asked when you lift the finger."), clear));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let cells = blank();
  let centre = true;
  let waiting = 0;
  /** The pointer that draws, and where it was last. @type {{id: number, at: [number, number]}|null} */
  let drawing = null;

  function paint() {
    const image = new ImageData(SIDE, SIDE);
    cells.forEach((cell, i) => image.data.set([cell, cell, cell, 255], 4 * i));
    pen.putImageData(image, 0, 0);
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  function cellOf(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * SIDE, (event.clientY - box.top) / box.height * SIDE];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (drawing || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    clearTimeout(waiting);
    drawing = { id: event.pointerId, at: cellOf(event) };
    stroke(cells, drawing.at, drawing.at);
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drawing?.id !== event.pointerId) return;
    // A browser may have put several moves into one.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const one of moves.length ? moves : [event]) {
      const at = cellOf(one);
      stroke(cells, drawing.at, at);
      drawing.at = at;
    }
    paint();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (drawing?.id !== /** @type {PointerEvent} */ (event).pointerId) return;
      drawing = null;
      waiting = Number(setTimeout(() => { if (!isBlank(cells)) send(base64(centre ? centred(cells) : cells)); }, REST_MS));
    });
  }
  clear.addEventListener("click", () => {
    clearTimeout(waiting);
    cells = blank();
    paint();
  });
  paint();

  return {
    node,
    /** @param {Settings} settings Digits are centred as the network's own were; clothes fill their image. */
    update({ data }) { centre = data === "digits"; },
  };
}
