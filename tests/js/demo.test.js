// What a run's pages make of what they are sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lossRange, pathOf } from "../../static/js/demo/curves.js";
import { readPicture } from "../../static/js/demo/picture.js";
import { settingWords, stateWords, viewWords } from "../../static/js/demo/run.js";
import { middles } from "../../static/js/demo/scatter.js";
import { createSession } from "../../static/js/session.js";
import { sceneOf } from "../../static/js/stage/scene.js";

/** The picture that the program's own test encodes, byte by byte. */
const BYTES = Uint8Array.from([
  1, 1, 3, 0, 2, 0, 1, 0, 7, 0, 0, 0, 2, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 64, 0, 0, 128, 63, 0, 137, 4, 0,
  ...new Uint8Array(Int16Array.from([16384, -32767, 0, 8192, 32767, 32767, -16384, 0, 0, 32767, 32767, 0, 16384, 16384]).buffer),
]);

test("a picture is read as it was written", () => {
  const picture = readPicture(BYTES.buffer);
  assert.deepEqual(
    [picture.run, picture.step, picture.frame, picture.n, picture.heldFrom], [7, 258, 3, 3, 2]);
  assert.deepEqual([...picture.labels], [0, 9, 4]);
  assert.deepEqual([...picture.wrong], [0, 1, 0]);
  const near = (found, wanted) => wanted.forEach((x, i) => assert.ok(Math.abs(found[i] - x) < 1e-3, `${found}`));
  near(picture.embedding, [1, -2, 0, 0.5, 2, 2]);
  near(picture.centres, [-1, 0]);
  near(picture.activations, [0, 1, 1, 0, 0.5, 0.5]);
});

test("what is cut short or of another version is no picture", () => {
  for (const length of [0, 10, 28, BYTES.length - 1]) assert.equal(readPicture(BYTES.slice(0, length).buffer), null);
  const other = BYTES.slice();
  other[0] = 2;
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
});

test("a class is named where most of it lies", () => {
  const points = Float32Array.from([0, 0, 1, 1, 90, 90, 5, 6]);
  assert.deepEqual(middles(points, Uint8Array.from([0, 0, 0, 2]), 3), [[1, 1], null, [5, 6]]);
});

test("a run is told in words, and nothing as what it is not", () => {
  const run = { state: "running", settings: { data: "digits", head: "rbf", centres: 20, lambda: 1, kernel: "inverse_multiquadric", dims: 16 } };
  assert.equal(settingWords(run), "digits, 20 centres, λ = 1, inverse multiquadric kernel");
  assert.equal(stateWords(run, null), "Getting ready");
  assert.equal(stateWords(run, { steps: 9 }), "Training");
  assert.equal(stateWords({ ...run, state: "ended", failed: "no data" }, null), "Stopped: no data");
  assert.match(viewWords(run, "embedding"), /16 numbers.*PCA/);
  assert.match(viewWords({ settings: { ...run.settings, dims: 2 } }, "embedding"), /as it is/);
});

test("a demo is on stage once it runs, behind a poll and a question", () => {
  const segment = { id: "d", kind: "demo", links: [], blurb: "" };
  const session = { state: "live", agenda: [segment], current: "d", on_stage: null, runs: [] };
  assert.equal(sceneOf({ session, polls: [] }).name, "segment");
  session.runs = [{ segment: "d", number: 1 }];
  assert.equal(sceneOf({ session, polls: [] }).name, "demo");
  session.on_stage = "p";
  assert.equal(sceneOf({ session, polls: [{ id: "p" }] }).name, "poll");
});
