// Questions on the audience's page and pasted ones on the desk, the parts without a page: `node --test tests/js`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { takeApart } from "../../static/js/host/chat_lines.js";
import { ago, byline, clockText, newReactions, snapped, stateWords, steadyOrder, threads } from "../../static/js/room/words.js";

const rows = (text) => takeApart(text).map(({ author, text, seconds }) => [author, text, seconds]);

test("chats are taken apart as Zoom and streams write them", () => {
  assert.deepEqual(rows("00:16:06\tFrom Jane Doe to Everyone:\n\tDoes it scale\n\tto bigger models?"), [["Jane Doe", "Does it scale to bigger models?", 966]]);
  assert.deepEqual(rows("00:16:06 From Jane Doe : Why?"), [["Jane Doe", "Why?", 966]]);
  assert.deepEqual(rows("[16:06] Ana: Why: or how?\r\n1:02:03 Bo: And?"), [["Ana", "Why: or how?", 966], ["Bo", "And?", 3723]]);
  assert.deepEqual(rows("Jane Doe  0:16:06 Why?"), [["Jane Doe", "Why?", 966]]);
  assert.deepEqual(rows("Jane Doe: Why?\n\nhow about GPUs?"), [["Jane Doe", "Why?", null], ["", "how about GPUs?", null]]);
});

test("a colon alone makes no name", () => {
  assert.deepEqual(rows("https://example.org what is this?"), [["", "https://example.org what is this?", null]]);
  assert.deepEqual(rows("I wonder about one more thing: why?"), [["", "I wonder about one more thing: why?", null]]);
  assert.deepEqual(rows(""), []);
});

const one = (id, more = {}) => ({ id, voices: 1, standing: "open", about: null, ...more });

test("threads stand in the order that was chosen, what is asked and answered apart", () => {
  const list = [one(1), one(2, { voices: 3 }), one(3, { pinned: true }), one(4, { about: 2 }), one(5, { standing: "answered" }), one(6, { standing: "asking" })];
  const ids = (threads) => threads.map((thread) => thread.head.id);
  assert.deepEqual(ids(threads(list, "top").open), [3, 2, 1]);
  assert.deepEqual(ids(threads(list, "new").open), [3, 2, 1]);
  assert.deepEqual(threads(list, "top").open[1].follow.map((one) => one.id), [4]);
  assert.deepEqual(ids(threads(list, "top").done), [5]);
  assert.deepEqual(ids(threads(list, "top").asking), [6]);
  assert.deepEqual(ids(threads([one(7, { about: 99 })], "top").open), [7], "a follow-up whose question is out of sight stands by itself");
});

test("a list under a finger keeps its order, and what is new comes last", () => {
  assert.deepEqual(steadyOrder([1, 2, 3], [3, 1, 4, 2], true), [1, 2, 3, 4]);
  assert.deepEqual(steadyOrder([1, 2, 3], [3, 1], true), [1, 3]);
  assert.deepEqual(steadyOrder([1, 2, 3], [3, 1, 4, 2], false), [3, 1, 4, 2]);
});

test("only the difference of the sums is news, and a restart begins anew", () => {
  assert.deepEqual(newReactions(null, { clap: 40 }), []);
  assert.deepEqual(newReactions({ clap: 40 }, { clap: 42, wow: 1 }), [{ kind: "clap", n: 2 }, { kind: "wow", n: 1 }]);
  assert.deepEqual(newReactions({ clap: 40 }, { clap: 1 }), []);
});

test("a flash seen now sets the nearest delay at which the clock is at a full ten seconds", () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 34);
  for (const guess of [0, 12, 30, 34, 299]) {
    const delay = snapped(now, guess);
    assert.equal(Math.round(now / 1000 - delay) % 10, 0, `${guess} → ${delay}`);
    assert.ok(Math.abs(delay - guess) <= 5 || delay <= 4 || delay >= 294, `${guess} → ${delay}`);
  }
  assert.equal(clockText(now), "00:34");
});

test("states, times and names in words", () => {
  assert.match(stateWords({ state: "pending" }), /moderator/);
  assert.match(stateWords({ state: "open", voices: 3 }), /3 people/);
  assert.match(stateWords({ state: "closed", note: "Sorry." }), /Closed:/);
  assert.equal(ago(30_000), "just now");
  assert.equal(ago(3_700_000), "1 h ago");
  assert.equal(byline({ name: "", source: "Zoom" }, { anonymous: "Someone" }), "Someone, on Zoom");
});
