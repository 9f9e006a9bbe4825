// @ts-check
// 2 × 2 matrices, by rows, and what lies between doing nothing and doing all of one.

/** @typedef {[[number, number], [number, number]]} Matrix */

/** @type {Matrix} */
export const IDENTITY = [[1, 0], [0, 1]];
const NEAR = 1e-6;

/** What `second` does after `first`. @param {Matrix} second @param {Matrix} first @returns {Matrix} */
export function product([[a, b], [c, d]], [[e, f], [g, h]]) {
  return [[a * e + b * g, a * f + b * h], [c * e + d * g, c * f + d * h]];
}

/** @param {Matrix} matrix */
export function kindOf([[a, b], [c, d]]) {
  const near = (/** @type {number} */ x, /** @type {number} */ y) => Math.abs(x - y) < NEAR;
  if (near(a * a + c * c, 1) && near(b * b + d * d, 1) && near(a * b + c * d, 0)) return a * d - b * c > 0 ? "rotation" : "reflection";
  return "other";
}

/**
 * The part `t` (0 to 1) of a matrix: of a rotation its angle, the short way round; of everything else the straight way
 * from the identity, which for a diagonal matrix is its factors and for a reflection flattens the plane half way.
 * @param {Matrix} matrix @param {number} t @returns {Matrix}
 */
export function partOf(matrix, t) {
  if (t <= 0) return IDENTITY;
  if (t >= 1) return matrix;
  const [[a, b], [c, d]] = matrix;
  if (kindOf(matrix) === "rotation") {
    const angle = Math.atan2(c, a) * t;
    return [[Math.cos(angle), -Math.sin(angle)], [Math.sin(angle), Math.cos(angle)]];
  }
  return [[1 + (a - 1) * t, b * t], [c * t, 1 + (d - 1) * t]];
}

/**
 * What has been done so far: whole moves, the first first, and a part of the next.
 * @param {Matrix[]} moves @param {number} at from 0 to the number of moves
 */
export function soFar(moves, at) {
  let done = IDENTITY;
  moves.forEach((move, n) => {
    if (at > n) done = product(partOf(move, at - n), done);
  });
  return done;
}

/** From the matrix's rows to what SVG's `matrix()` wants: its columns. @param {Matrix} matrix */
export const asSvg = ([[a, b], [c, d]]) => `matrix(${[a, c, b, d].map((x) => Number(x.toFixed(5))).join(" ")} 0 0)`;
