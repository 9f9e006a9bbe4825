// What the walkthrough's pages make of what is typed and of what they are sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, pasted, readCells, resized, valueOf, writeCells } from "../../static/js/walk/cells.js";
import { stoodElsewhere } from "../../static/js/walk/edit.js";
import { errorOf, greyOf, numbersOf, rankWords, readFactors, recompose, shrunk } from "../../static/js/walk/factors.js";
import { moveWords, scaleOf } from "../../static/js/walk/figures.js";
import { sizeOf } from "../../static/js/walk/photo_size.js";
import { INPUT_MAX, isShareable, pathOf, textsOf, waitOf } from "../../static/js/walk/link.js";
import { nudged, pointAt, readPoint } from "../../static/js/walk/plane.js";
import { IDENTITY, asSvg, kindOf, partOf, product, soFar } from "../../static/js/walk/turning.js";

const near = (found, wanted, within = 1e-9) => {
  const [a, b] = [found, wanted].map((one) => [one].flat(2));
  assert.equal(a.length, b.length);
  a.forEach((x, i) => assert.ok(Math.abs(x - b[i]) <= within, `${a} is not ${b}`));
};
const turn = (angle) => [[Math.cos(angle), -Math.sin(angle)], [Math.sin(angle), Math.cos(angle)]];
const det = ([[a, b], [c, d]]) => a * d - b * c;

// ---- A matrix as cells ----

test("a matrix is read from every usual way of writing", () => {
  const wanted = [["1", "2"], ["3", "-4.5"]];
  for (const text of ["1, 2; 3, -4.5", "1,2\n3,-4.5", "1 2; 3 -4.5", "1\t2\n3\t-4.5\n", "[[1, 2], [3, -4.5]]", "[[1 2]\n [3 -4.5]]", "[1 2; 3 -4.5]", "M = [1, 2; 3, -4.5]", "[[1, 2],\n [3, -4.5],]"]) {
    assert.deepEqual(readCells(text), wanted, text);
  }
  assert.deepEqual(readCells("1, 2, 3"), [["1", "2", "3"]]);
  assert.deepEqual(readCells("1/3 2e-3"), [["1/3", "2e-3"]]);
});

test("semicolons part rows in a line, and cells where every line is a row, as the server has it", () => {
  for (const [text, wanted] of [
    ["1;2\n3;4", [["1", "2"], ["3", "4"]]],
    ["1;2;\r\n3;4;\r\n", [["1", "2"], ["3", "4"]]],
    ["[1;2\n3;4]", [["1", "2"], ["3", "4"]]],
    ["1;2;3;4", [["1"], ["2"], ["3"], ["4"]]],
    ["1;\n2;\n3", [["1"], ["2"], ["3"]]],
    ["1 2; 3 4\n5 6", [["1", "2"], ["3", "4"], ["5", "6"]]],
    ["1 2;\n3 4;", [["1", "2"], ["3", "4"]]],
    ["1, 2;\n3, 4", [["1", "2"], ["3", "4"]]],
    ["[[1, 2]; [3, 4]];", [["1", "2"], ["3", "4"]]],
  ]) {
    assert.deepEqual(readCells(text), wanted, text);
    for (const lines of [false, true]) assert.deepEqual(readCells(writeCells(wanted, lines)), wanted, text);
  }
  for (const text of ["1,5;2\n3;4", "1;;2", ";1", "1;\n;2;3", "1; ;\n2;3", "[[1;2],[3;4]]", "1, 2,\n3, 4", "1\t\t2", "5 = 1", "[1]]", "[1]; ;", "\ufeff1"]) {
    assert.equal(readCells(text), null, text);
  }
});

test("what may be read in two ways is not shown as a grid", () => {
  for (const text of ["1,5\t2,5", "1,5 2,5", "\t2\n3\t", "1\t2\t", '"1,5","2"', "1\u00a0234 5", "1\u202f234\t5", "1,2\r3,4", "1,234, 5", "1,000;2,000", "1.234,5\n2.345,6", "１;２", "1;2,5\n3,5;4", "1 2\t3"]) {
    assert.equal(readCells(text), null, text);
  }
  assert.deepEqual(readCells("1,\t2\n3,\t4"), [["1", "2"], ["3", "4"]]);
  assert.deepEqual(readCells("100,200\r\n128,255"), [["100", "200"], ["128", "255"]]);
  assert.deepEqual(readCells("1.25,3\n0.125,4"), [["1.25", "3"], ["0.125", "4"]]);
});

test("what is pasted into the grid is a matrix, a number, or for the server to read", () => {
  assert.deepEqual(pasted("1\t2\n3\t4\n"), { rows: [["1", "2"], ["3", "4"]] });
  assert.deepEqual(pasted("\ufeff1\t2"), { rows: [["1", "2"]] });
  assert.deepEqual(pasted(" 2.5\n"), { cell: "2.5" });
  for (const text of ["1,5", "1,5\t2,5", "1\u00a0234", "1,234.5", "1.234,5", "12 %", "a\tb"]) {
    assert.deepEqual(pasted(text), { text }, text);
  }
});

test("what is no matrix is none", () => {
  for (const text of ["", " ", "1, 2; 3", "1, x", "1,,2", "[[1, 2], [3]]", "1/0", "1/2/3", "a: 1"]) assert.equal(readCells(text), null, text);
  assert.equal(valueOf("1/4"), 0.25);
  assert.equal(valueOf("\u22122"), -2);
  assert.ok(Number.isNaN(valueOf("")) && Number.isNaN(valueOf("0x10")) && Number.isNaN(valueOf("Infinity")));
});

test("cells are written as they are read", () => {
  for (const lines of [false, true]) {
    const rows = [["1", "1/3", "0"], ["-2", "5e3", "7"]];
    assert.deepEqual(readCells(writeCells(rows, lines)), rows);
  }
  assert.equal(writeCells([["1", "2"], ["3", "4"]]), "1, 2; 3, 4");
});

test("a grid grows by zeros and keeps what is in it", () => {
  assert.deepEqual(resized([["1", "2"]], 2, 3), [["1", "2", "0"], ["0", "0", "0"]]);
  assert.deepEqual(resized([["1", "2"], ["3", "4"]], 1, 1), [["1"]]);
});

test("arrows move between cells and stop at the edges", () => {
  assert.deepEqual(moved("ArrowDown", [0, 0], [2, 2]), [1, 0]);
  assert.deepEqual(moved("ArrowRight", [0, 1], [2, 2]), [0, 1]);
  assert.deepEqual(moved("ArrowUp", [0, 1], [2, 2]), [0, 1]);
  assert.equal(moved("5", [0, 0], [2, 2]), null);
});

// ---- Moves ----

test("a move begins with doing nothing and ends with all of it", () => {
  for (const move of [turn(2.5), turn(-3), [[3, 0], [0, 0.5]], [[1, 0], [0, -1]], [[1, 2], [0, 1]], [[0, 0], [0, 0]]]) {
    near(partOf(move, 0), IDENTITY);
    near(partOf(move, 1), move);
    near(partOf(move, -1), IDENTITY);
  }
});

test("a rotation turns and does not shrink on its way; a diagonal one takes its factors along", () => {
  for (const t of [0.1, 0.5, 0.9]) {
    near(partOf(turn(3), t), turn(3 * t));
    near(partOf([[3, 0], [0, 0.5]], t), [[1 + 2 * t, 0], [0, 1 - 0.5 * t]]);
  }
  assert.deepEqual([turn(1), [[0, 1], [1, 0]], [[2, 0], [0, 2]]].map(kindOf), ["rotation", "reflection", "other"]);
  // A reflection has to flatten the plane, and does so once.
  assert.ok(Math.abs(det(partOf([[0, 1], [1, 0]], 0.5))) < 1e-12);
});

test("moves are done one after the other, the first first", () => {
  const [v, s, u] = [turn(0.7), [[2, 0], [0, 0.5]], turn(-1.1)];
  near(soFar([v, s, u], 3), product(u, product(s, v)));
  near(soFar([v, s, u], 1), v);
  near(soFar([v, s, u], 1.5), product([[1.5, 0], [0, 0.75]], v));
  near(soFar([v, s, u], 0), IDENTITY);
  assert.equal(asSvg([[1, 2], [3, 4]]), "matrix(1 3 2 4 0 0)");
});

test("the place of the slider in words", () => {
  const moves = [{ what: "turn" }, { what: "stretch" }];
  assert.deepEqual([0, 0.25, 1, 2].map((at) => moveWords(moves, at).replace("\u00a0", " ")), ["before", "1. turn, 25 %", "1. turn", "2. stretch"]);
});

// ---- A picture's factors ----

const bytesOf = (rows, columns, s, u, vt) => {
  const buffer = new ArrayBuffer(16 + 4 * (s.length + u.length + vt.length));
  const view = new DataView(buffer);
  [..."SVD1"].forEach((letter, at) => view.setUint8(at, letter.charCodeAt(0)));
  [rows, columns, s.length].forEach((n, at) => view.setUint32(4 + 4 * at, n, true));
  [...s, ...u, ...vt].forEach((x, at) => view.setFloat32(16 + 4 * at, x, true));
  return buffer;
};
// [[3, 4, 0], [0, 0, 2]] = 5 · e₁ · (0.6, 0.8, 0)ᵀ + 2 · e₂ · e₃ᵀ
const SMALL = bytesOf(2, 3, [5, 2], [1, 0, 0, 1], [0.6, 0.8, 0, 0, 0, 1]);

test("factors are read as the server writes them, and all of them give the picture back", () => {
  const factors = readFactors(SMALL);
  assert.deepEqual([factors.rows, factors.columns, factors.k], [2, 3, 2]);
  near([...recompose(factors, 2)], [3, 4, 0, 0, 0, 2], 1e-5);
  near([...recompose(factors, 1)], [3, 4, 0, 0, 0, 0], 1e-5);
  near([...recompose(factors, 0)], [0, 0, 0, 0, 0, 0]);
  near([...recompose(factors, 9)], [3, 4, 0, 0, 0, 2], 1e-5);
});

test("what is cut short or something else is no factors", () => {
  assert.equal(readFactors(SMALL.slice(0, 20)), null);
  assert.equal(readFactors(SMALL.slice(0, 8)), null);
  const other = SMALL.slice();
  new DataView(other).setUint8(0, 0);
  assert.equal(readFactors(other), null);
});

test("the error told is that of the picture put together", () => {
  const factors = readFactors(SMALL);
  const grey = Uint8Array.of(3, 4, 0, 0, 0, 2);
  for (const rank of [0, 1, 2]) {
    const made = recompose(factors, rank);
    near(errorOf(grey, factors, rank), Math.hypot(...[...grey].map((x, i) => x - made[i])) / Math.hypot(...grey), 1e-6);
  }
  assert.equal(numbersOf(factors, 1), 6);
  assert.equal(rankWords(grey, factors, 2).replaceAll("\u00a0", " "), "Rank 2 of 2: 12 numbers in place of 6 (200 %). Relative error 0.0 %.");
});

test("a photo is shrunk to its longer side and made grey on white", () => {
  assert.deepEqual(shrunk(4000, 3000, 192), [192, 144]);
  assert.deepEqual(shrunk(100, 50, 192), [100, 50]);
  assert.deepEqual(shrunk(4000, 2, 192), [192, 1]);
  assert.deepEqual([...greyOf(Uint8ClampedArray.of(255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0, 255))], [255, 0, 255, 182]);
});

// ---- Links ----

test("a link has what is not as the step has it, and gives it back", () => {
  const defaults = { m: "1, 2; 3, 4", x: "1, 1" };
  assert.equal(pathOf("CODE", "function", defaults, defaults), "/walk/CODE/function");
  const texts = { m: "0, 1; 1, 0", x: "1, 1" };
  const path = pathOf("CODE", "function", texts, defaults);
  assert.equal(path, "/walk/CODE/function?m=0%2C+1%3B+1%2C+0");
  assert.deepEqual(textsOf(path.split("?")[1], defaults), texts);
  assert.deepEqual(textsOf("?m=a&m=b&other=1", defaults), { m: "b", x: "1, 1" });
});

test("what is too large for a link is not shared", () => {
  const defaults = { m: "", n: "" };
  // What counts is the query as it is encoded: `?m=` and the text, where a comma takes three bytes and σ six.
  assert.ok(isShareable({ m: "1".repeat(INPUT_MAX - 3), n: "" }, defaults));
  assert.ok(!isShareable({ m: "1".repeat(INPUT_MAX - 2), n: "" }, defaults));
  assert.ok(isShareable({ m: ",".repeat((INPUT_MAX - 3) / 3), n: "" }, defaults));
  assert.ok(!isShareable({ m: ",".repeat(INPUT_MAX / 3), n: "" }, defaults));
  assert.ok(!isShareable({ m: "σ".repeat(INPUT_MAX / 6), n: "" }, defaults));
  assert.deepEqual(["5", null, "0", "900", "soon"].map(waitOf), [5000, 2000, 2000, 30000, 2000]);
});

test("a large matrix is linked to with spaces between its numbers", () => {
  const defaults = { m: "", names: "" };
  const number = (/** @type {number} */ n) => Math.sin(0.37 * n).toFixed(3);
  const rows = (/** @type {string} */ between) => Array.from({ length: 32 }, (_, i) => Array.from({ length: 32 }, (_, j) => number(32 * i + j)).join(between)).join("\n");
  assert.ok(isShareable({ m: rows(", "), names: "" }, defaults));
  assert.equal(textsOf(pathOf("C", "kinds", { m: rows(", "), names: "" }, defaults).split("?")[1], defaults).m, rows(" "));
  // Names, and rows with nothing between two commas, are not numbers: they stay what they are, and are too large.
  assert.ok(!isShareable({ m: "", names: rows(", ").replaceAll("0.", "a") }, defaults));
  assert.ok(!isShareable({ m: rows(",,"), names: "" }, defaults));
});

test("a picture's size is read from its first bytes", () => {
  const head = (/** @type {number[]} */ ...bytes) => new Uint8Array([...bytes, ...Array(40).fill(0)]).buffer;
  const text = (/** @type {string} */ words) => [...words].map((one) => one.charCodeAt(0));
  const png = head(0x89, ...text("PNG\r\n\x1a\n"), 0, 0, 0, 13, ...text("IHDR"), 0, 0, 0x75, 0x30, 0, 0, 0, 7);
  assert.deepEqual(sizeOf(png), [30000, 7]);
  // A preview (APP1) and tables before the frame header, fill bytes between them.
  const jpeg = head(0xff, 0xd8, 0xff, 0xe1, 0, 4, 9, 9, 0xff, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 11, 8, 0x10, 0, 0x20, 0, 3, 0, 0);
  assert.deepEqual(sizeOf(jpeg), [0x2000, 0x1000]);
  assert.equal(sizeOf(head(0xff, 0xd8, 0xff, 0xe1, 0, 4, 9, 9, 1)), null);
  assert.deepEqual(sizeOf(head(...text("GIF89a"), 0x2c, 1, 0x90, 1)), [300, 400]);
  const riff = (/** @type {string} */ kind, /** @type {number[]} */ ...rest) => head(...text("RIFF"), 0, 0, 0, 0, ...text(`WEBP${kind}`), 0, 0, 0, 0, ...rest);
  assert.deepEqual(sizeOf(riff("VP8X", 0, 0, 0, 0, 0xff, 0xff, 0x0f, 1, 0, 0)), [0x100000, 2]);
  assert.deepEqual(sizeOf(riff("VP8 ", 0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 1, 0xf0, 0)), [320, 240]);
  assert.deepEqual(sizeOf(riff("VP8L", 0x2f, 0x3f, 0xc0, 0x3b, 0)), [64, 240]);
  for (const other of [head(), head(...text("no picture at all, but some text")), new ArrayBuffer(3)]) assert.equal(sizeOf(other), null);
});

test("a slider agrees with its text, or stands elsewhere", () => {
  for (const [text, value] of [["0.1", "0.1"], ["0.10", "0.1"], ["3", "3"]]) assert.ok(!stoodElsewhere(text, value), text);
  for (const [text, value] of [["0.123", "0.1"], ["abc", "6"], ["", "0"], ["1/4", "0.25"], ["99", "12"]]) assert.ok(stoodElsewhere(text, value), text);
});

// ---- The plane ----

test("a point of the picture is one of the plane, and back", () => {
  const [side, reach] = [360, 3];
  const scale = scaleOf(side, reach);
  assert.deepEqual(pointAt([180, 180], side, reach), [0, 0]);
  assert.deepEqual(pointAt([180 + 1.5 * scale, 180 - 2 * scale], side, reach), [1.5, 2]);
  assert.deepEqual(pointAt([9999, 9999], side, reach), [3, -3]);
  assert.deepEqual(readPoint("1, -2"), [1, -2]);
  assert.deepEqual(readPoint("[1/2 3]"), [0.5, 3]);
  for (const text of ["", "1", "1, 2, 3", "a, b"]) assert.equal(readPoint(text), null, text);
});

test("arrows move the point by a small step, with shift by a large one", () => {
  assert.deepEqual(nudged("ArrowUp", false, [1, 1], 3), [1, 1.1]);
  assert.deepEqual(nudged("ArrowLeft", true, [1, 1], 3), [0, 1]);
  assert.equal(nudged("Enter", false, [1, 1], 3), null);
});
