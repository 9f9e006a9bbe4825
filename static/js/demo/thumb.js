// @ts-check
// Images that came as base64, drawn on small canvases.

/** Bytes of an image → RGBA. @param {string} image Base64, channel by channel. @param {number[]} shape Channels, height, width. */
export function pixels(image, [channels, high, wide]) {
  const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
  const area = high * wide;
  const all = new Uint8ClampedArray(4 * area);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) all[4 * i + c] = bytes[(channels === 3 ? c : 0) * area + i] ?? 0;
    all[4 * i + 3] = 255;
  }
  return all;
}

/** What each canvas shows, so that it is drawn once. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/** @param {string} image @param {number[]} shape @returns {(canvas: Element|undefined) => void} */
export const drawnOn = (image, shape) => (canvas) => {
  if (!(canvas instanceof HTMLCanvasElement) || shown.get(canvas) === image) return;
  const [, high, wide] = shape;
  Object.assign(canvas, { width: wide, height: high });
  canvas.getContext("2d")?.putImageData(new ImageData(pixels(image, shape), wide, high), 0, 0);
  shown.set(canvas, image);
};
