// The stage's choices and words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedAloud, askedBy, askedOf, followUpsOf, isSyncMark, isUp, lengthOf, queueOf, syncText } from "../../static/js/stage/questions.js";
import { newReactions, reactionsLine, risingOf } from "../../static/js/stage/reactions.js";
import { sceneOf, stepOf } from "../../static/js/stage/scene.js";
import { leaders, tieLine } from "../../static/js/counts.js";
import { choices, clockText, howTo, marksOf, outcomeLine, resultInWords, resultRows, segmentClock } from "../../static/js/stage/words.js";

const row = (id, label, count, percent, more = {}) => ({ id, label, count, percent, before: 0, ...more });
const poll = (more = {}) => ({
  id: "p", kind: "single", question: "Q?", phase: "closed", revealed: true, min: 1, max: 1, write_in: false, horizons: [],
  options: [{ id: 0, label: "A" }, { id: 1, label: "B" }], ...more,
});
const counted = (options, more = {}, tally = {}) => poll({ tally: { voters: 10, picks: 10, final: true, options, combos: [], ...tally }, ...more });
const asked = (id, more = {}) => ({ id, text: `Q${id}?`, name: "", source: "", segment: null, standing: "open", voices: 1, ...more });
const room = (list, more = {}) => ({ asking: null, list, open: list.length, rules: { open: true, anonymous: "Anonymous" }, ...more });
const plain = (text) => text.replaceAll("\u00a0", " ");

test("ranges of numbers are joined where there is no room, have no winner, and say their middle", () => {
  const rows = Array.from({ length: 7 }, (_, n) => row(n, `${n * 10} \u2013 ${n === 6 ? 64 : n * 10 + 9}`, n, n));
  const asked = { ...counted(rows), kind: "number", range: { from: 0, to: 64 } };
  asked.tally.numbers = { median: 44.5, mean: 41 };
  assert.deepEqual(resultRows(asked, 3).map(({ label, count, lead }) => [label, count, lead]), [["0 \u2013 29", 3, false], ["30 \u2013 59", 12, false], ["60 \u2013 64", 6, false]]);
  assert.deepEqual(resultRows(asked).map((one) => one.lead), Array(7).fill(false));
  assert.ok(resultInWords(asked).includes("Median 44.5, mean 41."));
  assert.equal(outcomeLine(asked), "Median 44.5, mean 41");
  const single = { ...asked, tally: { ...asked.tally, options: [1, 2, 3, 4].map((n) => row(n, String(n), 1, 25)) } };
  assert.deepEqual(resultRows(single, 2).map((one) => one.label), ["1 \u2013 2", "3 \u2013 4"]);
});

test("the scene follows the session, and a poll that has not come yet leaves the segment", () => {
  const session = { agenda: [{ id: "s" }], current: "s", shows: { scene: "poll", id: "p" } };
  assert.equal(sceneOf({ session: null, polls: [] }).name, "connecting");
  assert.equal(sceneOf({ session: { ...session, shows: { scene: "welcome" } }, polls: [] }).name, "welcome");
  assert.equal(sceneOf({ session, polls: [] }).key, "segment s");
  assert.equal(sceneOf({ session, polls: [poll()] }).key, "poll p");
  assert.equal(sceneOf({ session: { ...session, shows: { scene: "ended" } }, polls: [poll()] }).name, "ended");
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

test("the rows with fewest votes are folded into one, wherever they are listed, and it counts people", () => {
  const rows = [row(0, "A", 1, 10), row(1, "B", 3, 30), row(2, "C", 6, 60), row(40000, "x", 5, 50), row(null, "Hidden answers", 9, 90, { answers: 2, hidden: true })];
  const folded = resultRows(counted(rows, {}, { rest: [10, 10, 9, 9, 9, 9] }), 3);
  assert.deepEqual(folded.map((one) => [one.label, one.count, one.percent]), [["C", 6, 60], ["x", 5, 50], ["4 more answers", 9, 90]]);
  assert.ok(folded[0].lead);
  const equal = Array.from({ length: 10 }, (_, n) => row(n, "abcdefghij"[n], 20, 100));
  const six = resultRows({ ...counted(equal), tally: { voters: 20, options: equal, rest: [...Array(10).fill(20), 0] } }, 6);
  assert.deepEqual(six.map((one) => one.label), ["a", "b", "c", "d", "e", "5 more answers"]);
  assert.deepEqual([six[5].count, six[5].percent], [20, 100]);
});

test("a row says how many voted before it existed", () => {
  const rows = resultRows(counted([row(0, "A", 4, 40), row(1, "B", 3, 30, { before: 6 }), row(40000, "x", 1, 10, { write_in: true })]));
  assert.deepEqual(rows.map((one) => one.note), ["", "6 voted before it existed", "written in"]);
});

test("what can be picked, in letters and words", () => {
  const marks = (...labels) => choices(poll({ write_in: true, options: labels.map((label, id) => ({ id, label })) })).map((one) => one.mark);
  assert.deepEqual(marks("Rust", "Go"), ["A", "B", "+"]);
  // Letters of their own are letters enough; words that begin with a short word have none.
  for (const own of [["A", "B"], ["b", "Go"], ["A) Rust", "B) Go"], ["(a) Rust", "Go"], ["Ä", "Ö"], ["C.", "D."]]) assert.deepEqual(marks(...own), ["", "", ""], own[0]);
  assert.deepEqual(marks("I like it", "A lot"), ["A", "B", "+"]);
  assert.deepEqual(resultRows(counted([row(0, "A", 4, 40), row(null, "Hidden answers", 3, 30)])).map((one) => one.mark), ["", ""]);
  assert.deepEqual(marksOf(0, 200), [0, 50, 100, 150, 200]);
  assert.deepEqual(marksOf(0, 100), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(marksOf(1, 5), [1, 2, 3, 4, 5]);
  assert.deepEqual(marksOf(-3, 1990), [-3, 500, 1000, 1500, 1990]);
  assert.deepEqual(marksOf(7, 7), [7]);
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

test("a question that is read out is on stage where the server says so, and once it has come", () => {
  const session = { agenda: [{ id: "s", kind: "talk", blurb: "words", links: [] }], current: "s", shows: { scene: "question", id: "1" } };
  const questions = room([asked(1, { standing: "asking" })], { asking: 1 });
  assert.equal(sceneOf({ session, polls: [], questions }).key, "question 1");
  assert.equal(sceneOf({ session: { ...session, shows: { scene: "segment", id: "s" } }, polls: [], questions }).key, "segment s");
  assert.equal(sceneOf({ session, polls: [], questions: room([asked(2, { standing: "asking" })], { asking: 2 }) }).name, "segment");
  assert.equal(sceneOf({ session, polls: [], questions: room([], { asking: 1 }) }).name, "segment");
});

test("questions stand under a segment for them, and where nothing else is to be seen", () => {
  const under = (segment, questions) => sceneOf({
    session: { state: "live", agenda: [{ id: "s", blurb: "", links: [], ...segment }], current: "s", shows: { scene: "segment", id: "s" } }, polls: [], questions,
  }).queue;
  const list = [asked(1), asked(2, { segment: "s" }), asked(3, { standing: "answered" })];
  assert.deepEqual(under({ kind: "qa", blurb: "words" }, room(list)).map((one) => one.id), [2, 1]);
  assert.equal(under({ kind: "talk" }, room(list)).length, 2);
  assert.equal(under({ kind: "talk", blurb: "words" }, room(list)), undefined);
  assert.equal(under({ kind: "break" }, room(list)), undefined);
  assert.equal(under({ kind: "polls" }, room(list)), undefined);
  assert.equal(under({ kind: "demo" }, room(list)), undefined);
  assert.deepEqual(under({ kind: "qa" }, room([])), []);
  assert.equal(under({ kind: "qa" }, room([], { rules: { open: false } })), undefined);
  assert.equal(under({ kind: "qa" }, null), undefined);
});

test("the queue keeps the list's order, those of the segment first", () => {
  const questions = room([asked(1), asked(2, { segment: "s" }), asked(3), asked(4, { segment: "s" }), asked(5, { standing: "closed" })]);
  assert.deepEqual(queueOf(questions, "s").map((one) => one.id), [2, 4, 1, 3]);
  assert.deepEqual(queueOf(questions, null).map((one) => one.id), [1, 3, 2, 4]);
  assert.deepEqual(queueOf(null, "s"), []);
  assert.equal(askedOf(null), null);
  assert.deepEqual(followUpsOf(room([asked(1), asked(2, { about: 1 }), asked(3, { about: 1, standing: "answered" })]), 1).map((one) => one.id), [2]);
});

test("who asked, to be read out", () => {
  const rules = { anonymous: "Someone" };
  assert.equal(askedBy(asked(1, { name: "Ada", source: "YouTube" }), rules), "Ada, on YouTube");
  assert.equal(askedBy(asked(1), rules), "Someone");
  assert.equal(askedAloud(asked(1, { name: "Ada" }), rules), "Now asking: Q1? Ada.");
  assert.deepEqual(["", "x".repeat(100), "x".repeat(200), "x".repeat(500), "\u5b57".repeat(60)].map(lengthOf), ["short", "middle", "long", "longest", "middle"]);
});

test("an announcement is up until its time is over", () => {
  assert.equal(isUp(undefined, 5), false);
  assert.equal(isUp({ text: "x" }, 5), true);
  assert.equal(isUp({ text: "x", until: 5 }, 4), true);
  assert.equal(isUp({ text: "x", until: 5 }, 5), false);
});

test("the clock to compare with shows minutes and seconds of the hour, and marks each tenth second", () => {
  const at = Date.UTC(2026, 0, 1, 18, 7, 30, 999);
  assert.equal(syncText(at), "07:30");
  assert.equal(isSyncMark(at), true);
  assert.equal(isSyncMark(at + 1), false);
});

test("reactions are the difference of totals", () => {
  assert.deepEqual(newReactions({ clap: 3 }, { clap: 5, heart: 1 }), { clap: 2, heart: 1 });
  assert.deepEqual(newReactions({ clap: 3 }, { clap: 3 }), {});
  assert.deepEqual(newReactions({ clap: 3 }, { clap: 4, unknown: 9 }), { clap: 1 });
  // What came before the page was opened is no news.
  assert.deepEqual(newReactions(null, { clap: 2 }), {});
  assert.deepEqual(newReactions({}, { clap: 400 }), {});
  // A smaller total is a new count.
  assert.deepEqual(newReactions({ clap: 400 }, { clap: 90 }), {});
});

test("of many reactions as many rise as there is room, each kind among them", () => {
  assert.deepEqual(risingOf({ clap: 2, heart: 1 }, 20), ["clap", "heart", "clap"]);
  assert.deepEqual(risingOf({}, 20), []);
  assert.deepEqual(risingOf({ clap: 5 }, 0), []);
  const many = risingOf({ clap: 900, heart: 90, wow: 1 }, 20);
  assert.equal(many.length, 20);
  assert.deepEqual([...new Set(many)].sort(), ["clap", "heart", "wow"]);
  assert.equal(plain(reactionsLine({ clap: 12 })), "\u{1F44F} 12");
});
