// @ts-check
// The SVD of a picture as the server sends it, and the picture put together again from its first singular triples.
// Layout, little-endian: `SVD1`, rows, columns, k (u32), then as f32 the singular values (k), U by columns (rows · k),
// Vᵀ by rows (k · columns).

const HEAD = 16;

/** @typedef {{rows: number, columns: number, k: number, s: Float32Array, u: Float32Array, vt: Float32Array}} Factors */

/** @param {ArrayBuffer} buffer @returns {Factors|null} Null if it is something else, or cut short. */
export function readFactors(buffer) {
  if (buffer.byteLength < HEAD) return null;
  const view = new DataView(buffer);
  if (view.getUint32(0) !== 0x53564431) return null;
  const [rows, columns, k] = [4, 8, 12].map((at) => view.getUint32(at, true));
  if (buffer.byteLength !== HEAD + 4 * k * (1 + rows + columns)) return null;
  const part = (/** @type {number} */ from, /** @type {number} */ length) => new Float32Array(buffer, HEAD + 4 * from, length);
  return { rows, columns, k, s: part(0, k), u: part(k, rows * k), vt: part(k + rows * k, k * columns) };
}

/** The nearest matrix of this rank, row by row. @param {Factors} factors @param {number} rank */
export function recompose({ rows, columns, k, s, u, vt }, rank) {
  const made = new Float32Array(rows * columns);
  for (let i = 0; i < Math.min(rank, k); i += 1) {
    for (let row = 0; row < rows; row += 1) {
      const weight = s[i] * u[i * rows + row];
      const from = row * columns;
      for (let column = 0; column < columns; column += 1) made[from + column] += weight * vt[i * columns + column];
    }
  }
  return made;
}

/**
 * How far the best matrix of this rank is from the picture: the Frobenius norm of the difference over that of the
 * picture. By Eckart and Young it is what the singular values that are left out amount to.
 * @param {Uint8Array} grey @param {Factors} factors @param {number} rank
 */
export function errorOf(grey, { s }, rank) {
  let all = 0;
  for (const value of grey) all += value * value;
  let kept = 0;
  for (let i = 0; i < Math.min(rank, s.length); i += 1) kept += s[i] * s[i];
  return all ? Math.sqrt(Math.max(0, all - kept) / all) : 0;
}

/** Numbers that the factors of this rank have. @param {Factors} factors @param {number} rank */
export const numbersOf = ({ rows, columns }, rank) => rank * (rows + columns + 1);

/** What a rank means, in words. @param {Uint8Array} grey @param {Factors} factors @param {number} rank */
export function rankWords(grey, factors, rank) {
  const all = factors.rows * factors.columns;
  const kept = numbersOf(factors, rank);
  const count = (/** @type {number} */ n) => n.toLocaleString("en");
  const share = `${Math.round((100 * kept) / all)}\u00a0%`;
  const numbers = `${count(kept)} numbers in place of ${count(all)} (${share})`;
  return `Rank ${rank} of ${factors.k}: ${numbers}. Relative error ${(100 * errorOf(grey, factors, rank)).toFixed(1)}\u00a0%.`;
}

/** The size at which a picture's longer side is at most so many pixels. @param {number} wide @param {number} high @param {number} most @returns {[number, number]} */
export function shrunk(wide, high, most) {
  const by = Math.min(1, most / Math.max(wide, high));
  return [Math.max(1, Math.round(wide * by)), Math.max(1, Math.round(high * by))];
}

/** Luma (ITU-R BT.709) of RGBA values on white. @param {Uint8ClampedArray} rgba */
export function greyOf(rgba) {
  const grey = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < grey.length; at += 1) {
    const [red, green, blue, alpha] = rgba.subarray(4 * at, 4 * at + 4);
    const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    grey[at] = Math.round((luma * alpha) / 255 + 255 - alpha);
  }
  return grey;
}
