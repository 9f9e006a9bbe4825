// @ts-check
// A run's picture as it travels; docs/protocol.md has the layout.

/**
 * @typedef {object} Picture
 * @property {number} run
 * @property {number} step
 * @property {number} frame
 * @property {number} n Points.
 * @property {number} heldFrom The first that was held out of training.
 * @property {Uint8Array} labels Class of each.
 * @property {Uint8Array} wrong 1 where the network is wrong.
 * @property {Float32Array} embedding x, y of each.
 * @property {Float32Array} centres x, y of each.
 * @property {Float32Array|null} activations x, y of each.
 * @property {[number, number]} extent Of embedding and activations.
 */

const HEAD = 28;
const STEPS = 32767;

/** The picture in these bytes; null if they are none that this page knows. @param {ArrayBuffer} buffer @returns {Picture|null} */
export function readPicture(buffer) {
  if (buffer.byteLength < HEAD) return null;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== 1) return null;
  const active = view.getUint8(1) === 1;
  const [n, heldFrom, k] = [2, 4, 6].map((at) => view.getUint16(at, true));
  const from = HEAD + n + (n % 2);
  if (buffer.byteLength < from + 4 * (n + k + (active ? n : 0))) return null;
  const bytes = new Uint8Array(buffer, HEAD, n);
  /** @type {[number, number]} */
  const extent = [view.getFloat32(20, true), view.getFloat32(24, true)];
  let at = from;
  const take = (/** @type {number} */ count, /** @type {number} */ scale) => {
    const points = new Float32Array(2 * count);
    for (let i = 0; i < points.length; i += 1, at += 2) points[i] = view.getInt16(at, true) / STEPS * scale;
    return points;
  };
  return {
    run: view.getUint32(8, true), step: view.getUint32(12, true), frame: view.getUint32(16, true),
    n, heldFrom, extent,
    labels: bytes.map((byte) => byte & 0x7f),
    wrong: bytes.map((byte) => byte >> 7),
    embedding: take(n, extent[0]),
    centres: take(k, extent[0]),
    activations: active ? take(n, extent[1]) : null,
  };
}
