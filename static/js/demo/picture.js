// @ts-check
// A run's picture as it travels; docs/protocol.md has the layout.

/**
 * @typedef {object} Picture
 * @property {number} run
 * @property {number} step
 * @property {number} frame
 * @property {number} n Points.
 * @property {number} heldFrom The first that was held out of training.
 * @property {number} k Centres; 0 with a softmax head.
 * @property {Uint8Array} labels Class of each point.
 * @property {Uint8Array} rejected 1 where the largest activation is below the threshold.
 * @property {Uint8Array} wrong 1 where the network is wrong.
 * @property {Uint8Array} nearest Centre that is nearest to each point; NONE where there is none.
 * @property {Uint8Array} owners Class of each centre, by the majority of what it wins; NONE where it wins nothing.
 * @property {Float32Array} embedding x, y of each point.
 * @property {Float32Array} centres x, y of each, in the embedding's plane.
 * @property {Float32Array} prototypes x, y of each class's prototype, in the embedding's plane; empty where there are none.
 * @property {Float32Array|null} activations x, y of each point.
 * @property {Float32Array|null} tsne x, y of each point.
 * @property {[number, number, number]} extent Of embedding, activations and t-SNE.
 */

const VERSION = 2;
const HEAD = 36;
const STEPS = 32767;
/** "No centre", "no class". */
export const NONE = 255;
const FLAGS = { activations: 1, prototypes: 2, tsne: 4 };

/** The picture in these bytes; null if they are none that this page knows. @param {ArrayBuffer} buffer @returns {Picture|null} */
export function readPicture(buffer) {
  if (buffer.byteLength < HEAD) return null;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== VERSION) return null;
  const flags = view.getUint8(1);
  const [n, heldFrom, k] = [2, 4, 6].map((at) => view.getUint16(at, true));
  const p = flags & FLAGS.prototypes ? view.getUint16(32, true) : 0;
  const planes = Number(Boolean(flags & FLAGS.activations)) + Number(Boolean(flags & FLAGS.tsne));
  const from = HEAD + 2 * n + k + (k % 2);
  if (buffer.byteLength < from + 4 * (n + k + p + planes * n)) return null;
  const bytes = new Uint8Array(buffer, HEAD, n);
  const [embedded, active, neighbours] = [20, 24, 28].map((at) => view.getFloat32(at, true));
  let at = from;
  const take = (/** @type {number} */ count, /** @type {number} */ scale) => {
    const points = new Float32Array(2 * count);
    for (let i = 0; i < points.length; i += 1, at += 2) points[i] = view.getInt16(at, true) / STEPS * scale;
    return points;
  };
  return {
    run: view.getUint32(8, true), step: view.getUint32(12, true), frame: view.getUint32(16, true),
    n, heldFrom, k, extent: [embedded, active, neighbours],
    labels: bytes.map((byte) => byte & 0x3f),
    rejected: bytes.map((byte) => (byte >> 6) & 1),
    wrong: bytes.map((byte) => byte >> 7),
    nearest: new Uint8Array(buffer.slice(HEAD + n, HEAD + 2 * n)),
    owners: new Uint8Array(buffer.slice(HEAD + 2 * n, HEAD + 2 * n + k)),
    embedding: take(n, embedded),
    centres: take(k, embedded),
    prototypes: take(p, embedded),
    activations: flags & FLAGS.activations ? take(n, active) : null,
    tsne: flags & FLAGS.tsne ? take(n, neighbours) : null,
  };
}

/** How many points each centre is nearest to. @param {Picture} picture */
export function won({ nearest, k }) {
  const counts = new Array(k).fill(0);
  for (const centre of nearest) if (centre < k) counts[centre] += 1;
  return counts;
}

/** The centre that is nearest to most points; null without centres. @param {Picture} picture */
export function busiest(picture) {
  const counts = won(picture);
  return counts.length ? counts.indexOf(Math.max(...counts)) : null;
}
