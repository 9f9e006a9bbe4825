// @ts-check
// A matrix as people type it, taken apart into the texts of its cells and put together again. The server reads
// more ways of writing than this; what is not understood here is simply not shown as a grid.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Cells of more than this would be slow to draw, and no finger would find them. */
export const CELLS_MAX = 1024;

/** A number, or a fraction of two; NaN if it is neither. @param {string} word */
export function valueOf(word) {
  const [above, below, ...more] = word.trim().replace(/[\u2212\u2013]/g, "-").split("/");
  if (more.length || !NUMBER.test(above) || (below !== undefined && !NUMBER.test(below))) return NaN;
  const value = Number(above) / (below === undefined ? 1 : Number(below));
  return Number.isFinite(value) ? value : NaN;
}

/**
 * Rows of cells, all of one length: from `1, 2; 3, 4`, lines, CSV, tabs, spaces, `[[1, 2], [3, 4]]` or `[1 2; 3 4]`.
 * Which texts are which matrix is as in `demos/svd/parse.rs`: a grid must not make another matrix of a text.
 * @param {string} text @returns {string[][]|null} Null if it is no matrix, or written in a way that is not read here.
 */
export function readCells(text) {
  // Quotes, spaces of other kinds and a lone carriage return mean something to the server that is not read here.
  if (/["\ufeff\u0085]|[^\S \t\r\n]|\r(?!\n)/.test(text)) return null;
  // A tab at the edge is the edge of an empty cell.
  const inner = text.replace(/^[ \r\n]+|[ \r\n]+$/g, "").replace(/^[a-z]\w*\s*=\s*/i, "");
  const rows = inner.startsWith("[") ? bracketed(inner) : linesOf(inner);
  const wide = rows?.[0]?.length ?? 0;
  if (!rows || !wide || rows.some((row) => row.length !== wide || row.some((cell) => Number.isNaN(valueOf(cell))))) return null;
  return rows;
}

/** @param {string} text @returns {string[][]|null} */
function bracketed(text) {
  const inner = /^\[([^]*)\]\s*;*\s*$/.exec(text)?.[1];
  if (inner === undefined) return null;
  if (!/[[\]]/.test(inner)) return linesOf(inner.trimEnd().replace(/,$/, ""));
  const pieces = inner.split("]");
  if (!/^\s*[,;]?\s*$/.test(pieces.pop() ?? "")) return null;
  return pieces.map((piece) => {
    const row = /^\s*[,;]?\s*\[([^[]*)$/.exec(piece)?.[1];
    return row === undefined ? [] : rowOf(row.trim().replace(/,$/, ""));
  });
}

/** Rows by lines and semicolons; where lines are rows and semicolons stand within them, those part cells. @param {string} text @returns {string[][]|null} */
function linesOf(text) {
  // A comma before a space parts numbers, and tabs are spaces then; else a tab parts cells, and a comma may be in one.
  const spaced = text.includes(",") && !/,\S/.test(text);
  if (text.includes("\t") && !spaced) {
    if (/[,;]/.test(text)) return null;
    return text.split(/\r?\n/).map((line) => line.replace(/^ +| +$/g, "")).filter(Boolean).map((line) => line.split("\t").map((cell) => cell.trim()));
  }
  const lines = text.split("\n").map((line) => line.trim().replace(/;+$/, "").trim()).filter(Boolean);
  const within = lines.length > 1 && lines.some((line) => line.includes(";"));
  if (within && text.includes(",")) return null;
  const parts = lines.map((line) => line.split(";"));
  if (within && parts.every((cells) => cells.every((cell) => !/\S\s+\S/.test(cell)))) return parts.map(wordsOf);
  const rows = parts.flat().map((part) => part.trim());
  // `1.234,5` in every row: two columns to some, one number to others.
  if (rows.every((row) => /^[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+(e[+-]?\d+)?$/i.test(row))) return null;
  return rows.map(rowOf);
}

/** The cells of a row that is parted by commas or spaces. A text that may be one number or two has a cell that cannot be read. @param {string} row */
function rowOf(row) {
  const pieces = row.split(",");
  const glued = /\S,\S/.test(row);
  const unclear = glued && pieces.some((piece) => /\S\s+\S/.test(piece.trim()));
  const spaced = /,\s/.test(row);
  const thousands = glued && (spaced ? /(^|[\s,])[+-]?[1-9]\d{0,2},\d{3}(?!\d)/ : /(^|,)[+-]?[1-9]\d{0,2},0\d\d(?!\d)/).test(row);
  return unclear || thousands ? [""] : wordsOf(pieces);
}

/** The cells of a row: pieces of one or more, with spaces between; an empty piece is a cell that cannot be read. @param {string[]} pieces */
const wordsOf = (pieces) => pieces.flatMap((piece) => piece.trim().split(/\s+/));

/**
 * What is pasted into the grid: a matrix in place of the whole; a number for the cell alone; or a text that only the server
 * can read, or refuse with its reason.
 * @param {string} text @returns {{rows?: string[][], cell?: string, text?: string}}
 */
export function pasted(text) {
  const clean = text.replace(/^\ufeff/, "");
  const word = clean.trim();
  if (!Number.isNaN(valueOf(word))) return { cell: word };
  const rows = readCells(clean);
  // A comma within a single word would be a decimal sign to many: no grid is made of that.
  if (rows && (/[\s;]/.test(word) || word.split(",").length > 2)) return { rows };
  return { text: clean };
}

/** @param {string[][]} rows @param {boolean} lines Each row in a line of its own. */
export const writeCells = (rows, lines = false) => rows.map((row) => row.join(", ")).join(lines ? "\n" : "; ");

/**
 * With so many rows and columns: what is new is 0, what is over is left out.
 * @param {string[][]} rows @param {number} down @param {number} across
 */
export const resized = (rows, down, across) =>
  Array.from({ length: down }, (_, i) => Array.from({ length: across }, (_, j) => rows[i]?.[j] ?? "0"));

/** Where an arrow key leads to from a cell; null for another key. @param {string} key @param {[number, number]} from @param {[number, number]} size @returns {[number, number]|null} */
export function moved(key, [i, j], [down, across]) {
  const by = /** @type {Record<string, [number, number]>} */ ({
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0],
  })[key];
  if (!by) return null;
  return [Math.max(0, Math.min(down - 1, i + by[0])), Math.max(0, Math.min(across - 1, j + by[1]))];
}
