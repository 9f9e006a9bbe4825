// @ts-check
// Drawing on cells, and putting what was drawn where the network is used to find it. Pure.

export const SIDE = 28;
/** A soft brush: full within the first radius, nothing beyond the second, in cells. */
const BRUSH = [0.7, 1.9];
/** LeCun, Cortes, Burges (MNIST): scaled into a box of 20 × 20, its centre of mass in the middle of 28 × 28. */
const BOX = 20;

export const blank = () => new Uint8Array(SIDE * SIDE);

/** @param {Uint8Array} cells @param {number} x @param {number} y In cells; the middle of the first is 0.5. */
export function dab(cells, x, y) {
  const [full, none] = BRUSH;
  for (let row = Math.max(0, Math.floor(y - none)); row <= Math.min(SIDE - 1, y + none); row += 1) {
    for (let column = Math.max(0, Math.floor(x - none)); column <= Math.min(SIDE - 1, x + none); column += 1) {
      const away = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const ink = 255 * Math.max(0, Math.min(1, (none - away) / (none - full)));
      const at = row * SIDE + column;
      cells[at] = Math.max(cells[at], Math.round(ink));
    }
  }
}

/** @param {Uint8Array} cells @param {[number, number]} from @param {[number, number]} to */
export function stroke(cells, from, to) {
  const dabs = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 2));
  for (let i = 0; i <= dabs; i += 1) dab(cells, from[0] + (to[0] - from[0]) * i / dabs, from[1] + (to[1] - from[1]) * i / dabs);
}

/** @param {Uint8Array} cells */
export const isBlank = (cells) => cells.every((cell) => cell === 0);

/** Where its mass lies, in cells; null where nothing is drawn. @param {Uint8Array} cells @returns {[number, number]|null} */
export function massOf(cells) {
  let [mass, x, y] = [0, 0, 0];
  cells.forEach((cell, i) => {
    mass += cell;
    x += cell * (i % SIDE + 0.5);
    y += cell * (Math.floor(i / SIDE) + 0.5);
  });
  return mass ? [x / mass, y / mass] : null;
}

/** A digit as the network's own were made: its longer side is 20 cells and its centre of mass the middle. @param {Uint8Array} cells */
export function centred(cells) {
  const mass = massOf(cells);
  if (!mass) return cells.slice();
  let [left, right, top, bottom] = [SIDE, -1, SIDE, -1];
  cells.forEach((cell, i) => {
    if (!cell) return;
    [left, right] = [Math.min(left, i % SIDE), Math.max(right, i % SIDE)];
    [top, bottom] = [Math.min(top, Math.floor(i / SIDE)), Math.max(bottom, Math.floor(i / SIDE))];
  });
  const scale = BOX / Math.max(right - left + 1, bottom - top + 1);
  const at = (/** @type {number} */ column, /** @type {number} */ row) => (column < 0 || row < 0 || column >= SIDE || row >= SIDE ? 0 : cells[row * SIDE + column]);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    // Each cell takes what lies where it comes from, between the four cells around.
    const x = mass[0] + (i % SIDE + 0.5 - SIDE / 2) / scale - 0.5;
    const y = mass[1] + (Math.floor(i / SIDE) + 0.5 - SIDE / 2) / scale - 0.5;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - column, y - row];
    const above = at(column, row) * (1 - right) + at(column + 1, row) * right;
    const below = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
    return Math.round(above * (1 - down) + below * down);
  });
}

/** @param {Uint8Array} cells */
export const base64 = (cells) => btoa(String.fromCharCode(...cells));
