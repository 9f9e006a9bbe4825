// What a run's pages make of what they are sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracyRange, lossRange, pathOf, stepsOf, ticksOf } from "../../static/js/demo/curves.js";
import { hit, middles } from "../../static/js/demo/marks.js";
import { NONE, busiest, readPicture, won } from "../../static/js/demo/picture.js";
import { angleOf, polarPlaces, readDistances, rings } from "../../static/js/demo/polar.js";
import { gapWords, measures, numberText, playedWords, prototypeWords, settingWords, stateWords, viewWords } from "../../static/js/demo/words.js";
import { createSession } from "../../static/js/session.js";
import { sceneOf } from "../../static/js/stage/scene.js";

const i16 = (...numbers) => new Uint8Array(Int16Array.from(numbers).buffer);
const f32 = (...numbers) => new Uint8Array(Float32Array.from(numbers).buffer);

/** A picture of three points, one centre and two prototypes, byte by byte. */
const BYTES = Uint8Array.from([
  2, 7, 3, 0, 2, 0, 1, 0, 7, 0, 0, 0, 2, 1, 0, 0, 3, 0, 0, 0, ...f32(2, 1, 4), 2, 0, 0, 0,
  0, 64 + 9, 128 + 4, 0, 0, 255, 4, 0,
  ...i16(16384, -32767, 0, 8192, 32767, 32767), ...i16(-16384, 0), ...i16(0, 32767, 16384, 0),
  ...i16(0, 32767, 32767, 0, 16384, 16384), ...i16(32767, 0, 0, 0, 0, -32767),
]);
const near = (found, wanted) => {
  assert.equal(found.length, wanted.length);
  wanted.forEach((x, i) => assert.ok(Math.abs(found[i] - x) < 1e-3, `${found}`));
};

test("a picture is read as it was written", () => {
  const picture = readPicture(BYTES.buffer);
  assert.deepEqual([picture.run, picture.step, picture.frame, picture.n, picture.heldFrom, picture.k], [7, 258, 3, 3, 2, 1]);
  assert.deepEqual([...picture.labels], [0, 9, 4]);
  assert.deepEqual([...picture.rejected], [0, 1, 0]);
  assert.deepEqual([...picture.wrong], [0, 0, 1]);
  assert.deepEqual([...picture.nearest], [0, 0, NONE]);
  assert.deepEqual([...picture.owners], [4]);
  assert.deepEqual(picture.extent, [2, 1, 4]);
  near(picture.embedding, [1, -2, 0, 0.5, 2, 2]);
  near(picture.centres, [-1, 0]);
  near(picture.prototypes, [0, 2, 1, 0]);
  near(picture.activations, [0, 1, 1, 0, 0.5, 0.5]);
  near(picture.tsne, [4, 0, 0, 0, 0, -4]);
  assert.deepEqual(won(picture), [2]);
  assert.equal(busiest(picture), 0);
});

test("what a picture does not have is not read from it", () => {
  const bare = BYTES.slice(0, 36 + 8 + 16);
  bare[1] = 0;
  const picture = readPicture(bare.buffer);
  assert.deepEqual([picture.activations, picture.tsne, picture.prototypes.length], [null, null, 0]);
  near(picture.centres, [-1, 0]);
  const softmax = Uint8Array.from([2, 0, 1, 0, 1, 0, 0, 0, ...new Uint8Array(28), 3, 255, ...i16(0, 0)]);
  assert.equal(busiest(readPicture(softmax.buffer)), null);
});

test("what is cut short or of another version is no picture", () => {
  for (const length of [0, 10, 36, 44, BYTES.length - 1]) assert.equal(readPicture(BYTES.slice(0, length).buffer), null);
  const other = BYTES.slice();
  other[0] = 1;
  assert.equal(readPicture(other.buffer), null);
});

test("a session holds the newest of each part of a run, and a snapshot begins anew", () => {
  const { receive, get } = createSession();
  const snapshot = { type: "snapshot", now: 0, rev: 1, session: { agenda: [] }, polls: [], ballots: [], room: {} };
  receive({ ...snapshot, run: { progress: { number: 1 }, chart: { number: 1 } } });
  receive({ type: "picture", bytes: BYTES.buffer });
  receive({ type: "progress", progress: { number: 7, step: 3 } });
  assert.equal(get.run.progress.step, 3);
  assert.equal(get.run.picture.run, 7);
  assert.equal(get.run.chart.number, 1);
  receive(snapshot);
  assert.equal(get.run, null);
});

test("curves stay in their box and pass over what was not measured", () => {
  const points = [[0, 2], [50, null], [100, 1]];
  assert.equal(pathOf(points, 1, { steps: 100, from: 0, to: 2 }), "M0.0 0.0L300.0 50.0");
  assert.equal(pathOf(points, 1, { steps: 100, from: 0, to: 1 }), "M0.0 0.0L300.0 0.0");
  assert.equal(pathOf([], 1, { steps: 0, from: 0, to: 0 }), "");
  assert.deepEqual(lossRange([[0, 90], [1, 9], [2, 4], [3, 3], [4, 2]], [1]), { from: 0, to: 4 });
  assert.deepEqual(lossRange([], [1]), { from: 0, to: 1e-3 });
  // They use their width as far as the run has come, and a height in which they can be told apart.
  assert.equal(stepsOf([[0, 1], [40, 2]]), 40);
  assert.equal(stepsOf([]), 1);
  assert.deepEqual(accuracyRange([[0, 0.1], ...Array.from({ length: 20 }, (_, n) => [n + 1, 0.72 + n / 100])].slice(1), [1]), { from: 0.7, to: 1 });
  assert.deepEqual(accuracyRange([], [1]), { from: 0, to: 1 });
  assert.deepEqual(ticksOf(0, 1), [0, 0.5, 1]);
  assert.deepEqual(ticksOf(0.6, 1), [0.6, 0.8, 1]);
  assert.deepEqual(ticksOf(0, 2260), [0, 1000, 2000]);
  assert.deepEqual(ticksOf(0, 0.63), [0, 0.5]);
  assert.deepEqual(ticksOf(3, 3), [3]);
});

test("a class is named where most of it lies", () => {
  const points = Float32Array.from([0, 0, 1, 1, 90, 90, 5, 6]);
  assert.deepEqual(middles(points, Uint8Array.from([0, 0, 0, 2]), 3), [[1, 1], null, [5, 6]]);
});

test("a press means what is drawn on top, or else the nearest point within reach", () => {
  const picture = readPicture(BYTES.buffer);
  const sheet = { px: (x) => 100 + 40 * x, py: (y) => 100 - 40 * y, side: 200 };
  const at = (x, y, more = {}) => hit(picture, picture.embedding, sheet, { x, y, touch: false, centres: true, ...more });
  assert.deepEqual(at(60, 100), { centre: 0 });
  assert.deepEqual(at(140, 96), { prototype: 1 });
  assert.deepEqual(at(101, 79), { point: 1 });
  assert.deepEqual(at(60, 100, { centres: false }), null, "elsewhere than in the embedding no centre is drawn");
  assert.equal(at(100, 62), null);
  assert.deepEqual(at(100, 62, { touch: true }), { point: 1 }, "a finger is broader");
});

test("distances are read in widths of the centre", () => {
  const text = Buffer.from(Uint8Array.from([0, 0, 255, 255, 0, 128])).toString("base64");
  near(readDistances(text, 4), [0, 4, 2.00003]);
});

test("around a centre each image is at its distance, in the sector of its class, always at the same angle", () => {
  const labels = Uint8Array.from({ length: 500 }, (_, i) => i % 5);
  const distances = Float32Array.from({ length: 500 }, (_, i) => 0.5 + i / 250);
  const { points, extent } = polarPlaces(distances, labels, 5);
  const clockwise = (x, y) => ((Math.PI / 2 - Math.atan2(y, x)) / (2 * Math.PI) + 1) % 1;
  labels.forEach((label, i) => {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    assert.ok(Math.abs(Math.hypot(x, y) - distances[i]) < 1e-5);
    const turn = clockwise(x, y) * 5;
    assert.ok(turn > label && turn < label + 1, `point ${i} of class ${label} is at ${turn}`);
  });
  assert.ok(extent > 2.4 && extent < 3, "all but the farthest few are in sight");
  const later = polarPlaces(distances.map((d) => d / 2), labels, 5).points;
  assert.ok(Math.abs(Math.atan2(later[21], later[20]) - Math.atan2(points[21], points[20])) < 1e-6);
  const within = labels.map((_, i) => i).filter((i) => i % 5 === 2);
  const angles = [...within].map((i) => angleOf(i, 2, 5)).sort();
  const gaps = angles.slice(1).map((angle, i) => angle - angles[i]);
  assert.ok(Math.max(...gaps) < 0.07, "no lumps: the angles fill the sector");
});

test("rings are at whole widths and few", () => {
  assert.deepEqual(rings(1.3), [1]);
  assert.deepEqual(rings(3.5), [1, 2, 3]);
  assert.deepEqual(rings(19), [1, 4, 8, 12, 16]);
});

const RUN = { state: "running", settings: { data: "digits", head: "rbf", centres: 20, lambda: 1, kernel: "inverse_multiquadric", dims: 16 } };
const plain = (text) => text.replaceAll("\u00a0", " ");

test("a run is told in words, and nothing as what it is not", () => {
  assert.equal(settingWords(RUN), "digits, 20 centres, λ = 1, inverse multiquadric kernel");
  assert.equal(stateWords(RUN, null), "Getting ready");
  assert.equal(stateWords(RUN, { steps: 9 }), "Training");
  assert.equal(stateWords({ ...RUN, played: 3 }, { steps: 9 }), "Playing");
  assert.equal(playedWords({ ...RUN, played: 3 }), "Recorded run 3, played back");
  assert.equal(playedWords(RUN), "");
  assert.equal(stateWords({ ...RUN, state: "ended", failed: "no data" }, null), "Stopped: no data");
  assert.match(viewWords(RUN, "embedding"), /16 numbers.*PCA/);
  assert.match(viewWords(RUN, "tsne"), /means nothing/);
  assert.match(viewWords({ settings: { ...RUN.settings, dims: 2 } }, "embedding"), /as it is/);
  assert.doesNotMatch(viewWords(RUN, "around", { centre: 4, name: "Centre 4" }), /activation 0/);
  assert.match(viewWords({ settings: { ...RUN.settings, kernel: "quadratic" } }, "around", { centre: 4, name: "Centre 4" }), /^Centre 4: .*activation 0 at 1/);
});

test("where no prototypes come it is told why", () => {
  assert.match(prototypeWords(RUN, false), /inverse multiquadric kernel/);
  const quadratic = { settings: { ...RUN.settings, kernel: "quadratic" } };
  assert.equal(prototypeWords(quadratic, true), "");
  assert.match(prototypeWords({ settings: { ...quadratic.settings, metric_of: "each" } }, false), /metric for each/);
  assert.equal(prototypeWords({ settings: { ...RUN.settings, head: "softmax" } }, false), "");
});

test("the gap and the measures are told as far as they were taken", () => {
  const chart = { names: ["train accuracy", "held-out accuracy", "baseline train accuracy", "baseline held-out accuracy", "NMI"] };
  assert.equal(gapWords(chart, { values: [0.981, 0.96, null, null, null] }), "Gap 2.1 points");
  assert.equal(gapWords(chart, { values: [0.95, 0.96, 0.99, 0.95, null] }), "Gap −1.0 points, baseline 4.0");
  assert.equal(gapWords(chart, { values: [] }), "");
  assert.deepEqual(measures(chart, { values: [1, 1, 1, 1, 0.5] }, { purity: 0.25 }), [{ name: "NMI", value: "0.500" }, { name: "Purity", value: "0.250" }]);
  assert.equal(numberText(-0.001), "0.00");
  assert.equal(numberText(1.5, 1, true), "+1.5");
  assert.equal(plain(numberText(-1.5)), "−1.50");
});

test("a demo is on stage once it runs, behind a poll and a question", () => {
  const segment = { id: "d", kind: "demo", links: [], blurb: "" };
  const session = { state: "live", agenda: [segment], current: "d", shows: { scene: "segment", id: "d" }, runs: [] };
  assert.equal(sceneOf({ session, polls: [] }).name, "segment");
  session.shows.scene = "demo";
  assert.equal(sceneOf({ session, polls: [] }).name, "segment");
  session.runs = [{ segment: "d", number: 1 }];
  assert.equal(sceneOf({ session, polls: [] }).name, "demo");
  session.shows = { scene: "poll", id: "p" };
  assert.equal(sceneOf({ session, polls: [{ id: "p" }] }).name, "poll");
});
