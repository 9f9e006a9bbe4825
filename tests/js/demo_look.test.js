// What a viewer looks at: sums that add up, drawn digits, the film, and asking the server.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { addUp, explain, surest } from "../../static/js/demo/explain.js";
import { filmWords, makeFilm } from "../../static/js/demo/film.js";
import { SIDE, base64, blank, centred, isBlank, massOf, stroke } from "../../static/js/demo/ink.js";
import { AGAIN_MS, makeFollowing, makeLooking } from "../../static/js/demo/looking.js";
import { reliabilityWords, rejectionWords, resultRows } from "../../static/js/demo/results.js";
import { pixels } from "../../static/js/demo/thumb.js";

const plain = (text) => text.replaceAll("\u00a0", " ");
/** A repeatable stream of numbers from −1 to 1 (a linear congruence). */
function* chance(seed) {
  for (let x = seed; ; ) {
    x = (1664525 * x + 1013904223) % 2 ** 32;
    yield x / 2 ** 31 - 1;
  }
}

test("rounded parts add up to the rounded total, each off by less than one of the last digit", () => {
  assert.deepEqual(addUp([1 / 3, 1 / 3, 1 / 3], 1), [0.34, 0.33, 0.33]);
  const numbers = chance(1);
  for (let round = 0; round < 300; round += 1) {
    const parts = Array.from({ length: 1 + round % 9 }, () => numbers.next().value * 10);
    const total = parts.reduce((sum, part) => sum + part, 0);
    const written = addUp(parts, total);
    const cents = written.map((one) => Math.round(one * 100));
    assert.equal(cents.reduce((sum, one) => sum + one, 0), Math.round(total * 100));
    written.forEach((one, i) => assert.ok(Math.abs(one - parts[i]) < 0.01 + 1e-9));
  }
});

test("what is written of a logit adds up to it, the rest of the centres and the bias told apart", () => {
  const numbers = chance(7);
  const terms = Array.from({ length: 20 }, () => numbers.next().value * 3);
  const bias = -0.237;
  const logit = terms.reduce((sum, term) => sum + term, bias);
  const { terms: told, sum, low, high } = explain({ logit, bias, terms }, 5);
  assert.deepEqual(told.map((term) => term.kind), [...Array(5).fill("centre"), "others", "bias"]);
  assert.equal(told[5].count, 15);
  assert.ok(Math.min(...told.slice(0, 5).map((term) => Math.abs(term.value))) >= Math.max(...terms.filter((_, i) => !told.some((term) => term.centre === i)).map(Math.abs)));
  const read = (text) => Number(text.replace("−", "-"));
  assert.equal(told.reduce((all, term) => all + Math.round(read(term.text) * 100), 0), Math.round(read(sum) * 100));
  assert.equal(sum, (logit < 0 ? "−" : "") + Math.abs(logit).toFixed(2));
  told.forEach((term, i) => assert.equal(term.from, i ? told[i - 1].to : 0));
  assert.ok(Math.abs(told.at(-1).to - logit) < 1e-9);
  assert.ok(low <= Math.min(...told.map((term) => term.to)) && high >= Math.max(...told.map((term) => term.to)));
  assert.deepEqual(explain({ logit: 1.5, bias: 1, terms: [0.5] }).terms.map((term) => term.text), ["+0.50", "+1.00"]);
});

test("the classes it is most sure of come first, and those it is not sure of at all do not come", () => {
  assert.deepEqual(surest([0.2, 0.7, 0.0001, 0.0999]).map(({ of }) => of), [1, 0, 3]);
  assert.equal(surest([0.0001, 0.0002]).length, 1);
});

test("a digit is centred by its mass, its longer side 20 cells", () => {
  const cells = blank();
  assert.ok(isBlank(cells));
  assert.deepEqual(centred(cells), cells);
  // A small 7 in a corner: a bar and a slanted stem.
  stroke(cells, [3, 4], [9, 4]);
  stroke(cells, [9, 4], [6, 13]);
  const before = massOf(cells);
  assert.ok(before[0] < 9 && before[1] < 9);
  const put = centred(cells);
  const [x, y] = massOf(put);
  assert.ok(Math.abs(x - SIDE / 2) < 0.3 && Math.abs(y - SIDE / 2) < 0.3, `${x} ${y}`);
  const rows = [...Array(SIDE).keys()].filter((row) => put.subarray(row * SIDE, (row + 1) * SIDE).some((cell) => cell > 8));
  assert.ok(Math.abs(rows.at(-1) - rows[0] + 1 - 20) <= 2, `${rows}`);
  assert.equal(Buffer.from(base64(put), "base64").length, SIDE * SIDE);
  const again = centred(put);
  assert.ok(Math.abs(massOf(again)[0] - SIDE / 2) < 0.3, "what is centred stays");
});

test("a stroke leaves no holes and stays on the pad", () => {
  const cells = blank();
  stroke(cells, [-5, 14], [40, 14]);
  for (let column = 0; column < SIDE; column += 1) assert.ok(cells[14 * SIDE + column] > 200);
  assert.equal(cells[5 * SIDE + 5], 0);
});

test("an image of one or three channels becomes pixels", () => {
  assert.deepEqual([...pixels(Buffer.from([0, 200]).toString("base64"), [1, 1, 2])], [0, 0, 0, 255, 200, 200, 200, 255]);
  assert.deepEqual([...pixels(Buffer.from([1, 2, 3, 4, 5, 6]).toString("base64"), [3, 2, 1])], [1, 3, 5, 255, 2, 4, 6, 255]);
});

test("read-outs stand side by side, with what was not measured left out", () => {
  const results = {
    "train accuracy": 0.995, "test accuracy": 0.97, overfitting: 0.025, ECE: 0.0131, "nearest centre test accuracy": 0.965,
    "nearest centre ECE": 0.2, "baseline train accuracy": 1, "baseline test accuracy": 0.962,
  };
  const rows = resultRows({ settings: { head: "rbf" }, results }).map((row) => Object.values(row).map(plain));
  assert.deepEqual(rows, [
    ["Softmax read\u2011out", "99.5 %", "97.0 %", "+2.5", "0.013"],
    ["Nearest centre", "–", "96.5 %", "–", "0.200"],
    ["Baseline", "100.0 %", "96.2 %", "+3.8", "–"],
  ]);
  assert.equal(resultRows({ settings: { head: "softmax" }, results: { "test accuracy": 0.9 } })[0].name, "Softmax head");
  assert.deepEqual(resultRows({ settings: { head: "rbf" } }), []);
});

test("what is rejected is told as it was measured", () => {
  const results = { "confidence others": 0.93, "rejected others": 0.81, "rejected test": 0.01 };
  const lines = rejectionWords({ settings: { data: "digits" }, results }).map(plain);
  assert.deepEqual(lines, [
    "Shown Fashion images, softmax is 93 % sure on average; 81 % of them are rejected by the largest activation.",
    "Of the test images 1 % are rejected.",
  ]);
  assert.match(rejectionWords({ settings: { data: "fashion" }, results: { "confidence others": 0.5 } })[0], /^Shown digits, .* on average\.$/);
  assert.deepEqual(rejectionWords({ settings: { data: "digits" } }), []);
  assert.match(plain(reliabilityWords({ name: "softmax", ece: 0.0131, bins: [[0.95, 0.9, 0.5], [0, 0, 0]] })), /0\.013; where it is 95 % sure \(50 % of images\), 90 % are right$/);
});

// ---- Asking ----

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test("an answer that was outrun or is of another run is dropped", async () => {
  const waiting = [];
  const looking = makeLooking((message) => new Promise((resolve) => waiting.push({ message, resolve })), () => {});
  looking.of(3);
  void looking.look({ point: 1 });
  void looking.look({ point: 2 });
  assert.deepEqual(waiting.map(({ message }) => message), [{ run: 3, what: { point: 1 } }, { run: 3, what: { point: 2 } }]);
  waiting[1].resolve({ type: "inspected", step: 2 });
  await soon();
  waiting[0].resolve({ type: "inspected", step: 1 });
  await soon();
  assert.equal(looking.get().answer.step, 2);
  void looking.look({ centre: 0 });
  looking.of(4);
  waiting[2].resolve({ type: "inspected", step: 9 });
  await soon();
  assert.deepEqual(looking.get(), { what: null, answer: null, waiting: false, why: "" });
  void looking.look({ point: 5 });
  waiting[3].resolve({ type: "refused", why: "Busy." });
  await soon();
  assert.equal(looking.get().why, "Busy.");
});

test("a centre is asked about once a second at most, one at a time, and not where nobody looks", async () => {
  const asked = [];
  const told = [];
  let wanted = true;
  const following = makeFollowing(async ({ what }) => (asked.push(what.centre), { type: "inspected", of: what.centre }), (answer) => told.push(answer.of), () => wanted);
  following.follow(4, 1);
  following.ask();
  following.ask();
  await soon();
  assert.deepEqual([asked, told], [[4], [4]]);
  following.follow(5, 1);
  await soon();
  assert.deepEqual(asked, [4, 5], "another centre waits for nothing");
  following.ask();
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS + 50));
  assert.deepEqual(asked, [4, 5, 5]);
  wanted = false;
  following.follow(6, 1);
  await soon();
  assert.deepEqual(asked, [4, 5, 5]);
});

// ---- The film ----

/** A picture of one point at this frame and step. */
function picture(frame, step) {
  const view = new DataView(new ArrayBuffer(36 + 2 + 4));
  view.setUint8(0, 2);
  view.setUint16(2, 1, true);
  view.setUint32(12, step, true);
  view.setUint32(16, frame, true);
  return Buffer.from(view.buffer);
}

/** A server of four recorded pictures that counts what it is asked, and whose frame 3 is slow. */
async function recorded(run) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const frame = Number(request.url.split("/")[2]);
    if (request.url === "/list") return response.end(JSON.stringify({ frames: [[1, 0], [2, 60], [3, 120], [4, 180]] }));
    if (frame === 4 && asked.broken) return response.writeHead(404).end();
    setTimeout(() => response.end(picture(frame, frame * 60 - 60)), frame === 3 ? 80 : 0);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${server.address().port}/list`;
  const shown = [];
  const film = makeFilm({ url: (path) => base + path, show: (one) => shown.push(one?.frame ?? null), changed: () => {} });
  try {
    await run({ film, shown, asked });
  } finally {
    film.clear();
    server.closeAllConnections();
    server.close();
  }
}

test("the film is asked for when it is first used, kept, and left for what is newest", () => recorded(async ({ film, shown, asked }) => {
  assert.deepEqual(asked, []);
  assert.equal(filmWords(film.film, 900), "Live");
  await film.go(1);
  assert.deepEqual([asked, shown], [["/list", "/list/2"], [2]]);
  assert.equal(filmWords(film.film, 900), "Step 60 of 900");
  await film.go(0);
  await film.go(1);
  assert.deepEqual([asked.length, shown], [3, [2, 1, 2]]);
  await film.go(99);
  assert.equal(film.film.at, 3);
  film.live();
  assert.deepEqual([film.film.at, shown.at(-1)], [null, null]);
}));

test("a picture that was outrun is not shown", () => recorded(async ({ film, shown }) => {
  await film.open();
  const slow = film.go(2);
  await film.go(0);
  assert.equal(await slow, false);
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.deepEqual([shown, film.film.at, film.film.trouble], [[1], 0, ""]);
}));

test("the film plays to its end and holds, and a failure is told in words", () => recorded(async ({ film, shown, asked }) => {
  await film.play();
  while (film.film.playing) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([shown, film.film.at], [[1, 2, 3, 4], 3]);
  film.clear();
  asked.broken = true;
  await film.open();
  assert.equal(await film.go(3), false);
  assert.match(film.film.trouble, /could not be loaded/);
}));
