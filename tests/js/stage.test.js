// The stage's choices and words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sceneOf, stepOf } from "../../static/js/stage/scene.js";
import { choices, clockText, howTo, leaders, outcomeLine, resultInWords, resultRows, segmentClock, tieLine } from "../../static/js/stage/words.js";

const row = (id, label, count, percent, more = {}) => ({ id, label, count, percent, before: 0, ...more });
const poll = (more = {}) => ({
  id: "p", kind: "single", question: "Q?", phase: "closed", revealed: true, min: 1, max: 1, write_in: false, horizons: [],
  options: [{ id: 0, label: "A" }, { id: 1, label: "B" }], ...more,
});
const counted = (options, more = {}) => poll({ tally: { voters: 10, picks: 10, final: true, options, combos: [] }, ...more });
const plain = (text) => text.replaceAll("\u00a0", " ");

test("the scene follows the session, and a poll that has not come yet leaves the segment", () => {
  const session = { state: "live", agenda: [{ id: "s" }], current: "s", on_stage: "p" };
  assert.equal(sceneOf({ session: null, polls: [] }).name, "connecting");
  assert.equal(sceneOf({ session: { ...session, state: "draft" }, polls: [] }).name, "welcome");
  assert.equal(sceneOf({ session, polls: [] }).key, "segment s");
  assert.equal(sceneOf({ session, polls: [poll()] }).key, "poll p");
  assert.equal(sceneOf({ session: { ...session, state: "ended" }, polls: [poll()] }).name, "ended");
});

test("a poll shows its result only when it is revealed and here", () => {
  assert.equal(stepOf(poll({ phase: "open", revealed: false })), "asking");
  assert.equal(stepOf(poll({ phase: "closing", revealed: false })), "closing");
  assert.equal(stepOf(poll({ revealed: false })), "counted");
  assert.equal(stepOf(poll({ revealed: true })), "counted");
  assert.equal(stepOf(counted([])), "result");
});

test("two equal leaders are a tie and nobody is highlighted", () => {
  const tied = counted([row(0, "A", 5, 50), row(1, "B", 5, 50)]);
  assert.equal(tieLine(tied.tally.options), "A tie: A and B");
  assert.ok(resultRows(tied).every((one) => !one.lead));
});

test("no votes make no leader and no tie", () => {
  const none = [row(0, "A", 0, 0), row(1, "B", 0, 0)];
  assert.deepEqual(leaders(none), []);
  assert.equal(tieLine(none), "");
});

test("the row of hidden answers never wins", () => {
  const rows = resultRows(counted([row(0, "A", 3, 30), row(null, "Hidden answers", 7, 70)]));
  assert.deepEqual(rows.map((one) => one.lead), [true, false]);
});

test("rows over the limit are folded into one, and nothing is lost", () => {
  const rows = resultRows(counted([row(0, "A", 4, 40), row(1, "B", 3, 30), row(40000, "x", 2, 20), row(40001, "y", 1, 10)]), 3);
  assert.deepEqual(rows.map((one) => [one.label, one.count, one.percent]), [["A", 4, 40], ["B", 3, 30], ["2 more answers", 3, 30]]);
});

test("a row says how many voted before it existed", () => {
  const rows = resultRows(counted([row(0, "A", 4, 40), row(1, "B", 3, 30, { before: 6 }), row(40000, "x", 1, 10, { write_in: true })]));
  assert.deepEqual(rows.map((one) => one.note), ["", "6 voted before it existed", "written in"]);
});

test("what can be picked, in letters and words", () => {
  assert.deepEqual(choices(poll({ write_in: true })).map((one) => one.mark), ["A", "B", "+"]);
  assert.deepEqual(choices(poll({ kind: "prediction", answer: "verdict" })).map((one) => one.label), ["Yes", "No", "Both"]);
  assert.equal(howTo(poll()), "Choose one");
  assert.equal(howTo(poll({ kind: "multiple", max: 2, write_in: true })), "Choose up to 2, or write your own");
  assert.equal(howTo(poll({ kind: "multiple", max: 2 })), "Choose all that apply");
  assert.equal(howTo(poll({ kind: "yes_no", max: 2 })), "Yes, no or both");
});

test("the result in one breath", () => {
  const words = plain(resultInWords(counted([row(0, "A", 6, 60), row(1, "B", 4, 40)])));
  assert.equal(words, "Final result: 10 voters. A: 6, 60 %. B: 4, 40 %.");
  assert.equal(plain(outcomeLine(counted([row(0, "A", 6, 60)]))), "A, 60 % of 10 voters");
});

test("clocks", () => {
  assert.equal(clockText(61_000), "1:01");
  assert.equal(clockText(-5), "0:00");
  assert.equal(clockText(1), "0:01");
  assert.equal(plain(segmentClock({ started_at: 0, planned_minutes: 21 }, 12 * 60_000)), "12 of 21 min");
  assert.equal(plain(segmentClock({ started_at: 0, planned_minutes: 2 }, 11 * 60_000)), "2 min + 9");
});
