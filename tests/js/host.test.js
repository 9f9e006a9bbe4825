// The host's panel: what goes with a command, how questions are found and ordered, how long a message stays.
import assert from "node:assert/strict";
import { test } from "node:test";
import { found, mergedInto, ordered } from "../../static/js/host/queue.js";
import { carriedOut, seen, wasDone } from "../../static/js/seen.js";
import { stays } from "../../static/js/toast.js";

const held = {
  session: { current: "b", undo_step: 7, runs: [{ segment: "d", number: 3 }], announcement: { at: 12 } },
  polls: [{ id: "p", closes_at: 99 }, { id: "q", closes_at: null }],
  questions: { list: [{ id: 4, standing: "open" }, { id: 5, standing: "asking" }] },
  signal: { check: 2 },
};

test("a step goes with what this screen shows where it begins", () => {
  assert.deepEqual(seen({ do: "next" }, held), { from: "b" });
  assert.deepEqual(seen({ do: "undo" }, held), { step: 7 });
  assert.deepEqual(seen({ do: "take_up", question: 4 }, held), { asked: 5 });
  assert.deepEqual(seen({ do: "extend_poll", poll: "p", seconds: 30 }, held), { closes_at: 99 });
  assert.deepEqual(seen({ do: "extend_poll", poll: "q", seconds: 30 }, held), { closes_at: null });
  assert.deepEqual(seen({ do: "start_run", segment: "d" }, held), { run: 3 });
  assert.deepEqual(seen({ do: "start_run", segment: "e" }, held), { run: null });
  assert.deepEqual(seen({ do: "check_signal", seconds: 30 }, held), { check: 2 });
  assert.deepEqual(seen({ do: "clear_announcement" }, held), { at: 12 });
  assert.deepEqual(seen({ do: "reveal", poll: "p" }, held), {}, "what is said outright needs nothing");
});

test("nothing shown is said as nothing, so that it is told from saying nothing", () => {
  const bare = { session: { current: null }, polls: [], questions: null, signal: null };
  assert.deepEqual(seen({ do: "next" }, bare), { from: null });
  assert.deepEqual(seen({ do: "take_up_next" }, bare), { asked: null });
  assert.deepEqual(seen({ do: "undo" }, bare), {});
  assert.equal(wasDone({ type: "refused", code: "already_done" }), true);
  assert.equal(wasDone({ type: "refused", code: "not_possible" }), false);
});

test("what one did oneself is known before the list of questions tells it", () => {
  carriedOut({ do: "answered", question: 4 }, held);
  assert.deepEqual(seen({ do: "take_up_next" }, held), { asked: 5 }, "another one is asked");
  carriedOut({ do: "answered", question: 5 }, held);
  assert.deepEqual(seen({ do: "take_up_next" }, held), { asked: null });
  carriedOut({ do: "take_up", question: 4 }, held);
  assert.deepEqual(seen({ do: "take_up_next" }, held), { asked: 4 });
  carriedOut({ do: "take_up_next" }, held);
  assert.deepEqual(seen({ do: "take_up_next" }, held), {}, "which one is not known yet");
  carriedOut({ do: "take_up", question: 5 }, held);
  assert.deepEqual(seen({ do: "take_up_next" }, held), { asked: 5 });
});

const list = [
  { id: 1, text: "Does it scale?", name: "Zoë", source: "Zoom", asked_at: 10, voices: 3, answer: { text: "Yes." } },
  { id: 2, text: "Why σ?", name: "", source: "", asked_at: 30, voices: 2, labels: ["maths"] },
  { id: 3, text: "Where are the SLIDES?", name: "Li", source: "YouTube", asked_at: 20, voices: 1 },
];
const ids = (/** @type {any[]} */ some) => some.map((one) => one.id);

test("questions are found by any of their words, whatever their case and accents", () => {
  assert.deepEqual(ids(found(list, "zoe", "Someone")), [1]);
  assert.deepEqual(ids(found(list, "slides the", "Someone")), [3]);
  assert.deepEqual(ids(found(list, "MATHS", "Someone")), [2]);
  assert.deepEqual(ids(found([{ ...list[1] }], "someone", "Someone")), [2], "those without a name are found by what they are called");
  assert.deepEqual(ids(found(list, "zoom slides", "Someone")), [], "each of the words must be there");
  assert.equal(found(list, "  ", "Someone"), list);
});

test("questions stand in the order that was chosen", () => {
  assert.equal(ordered(list, "votes"), list);
  assert.deepEqual(ids(ordered(list, "newest")), [2, 3, 1]);
  assert.deepEqual(ids(ordered(list, "oldest")), [1, 3, 2]);
  assert.deepEqual(ids(ordered(list, "unanswered")), [2, 3, 1]);
});

test("what is merged stands under its last head, also where heads go round", () => {
  const one = (/** @type {number} */ id, /** @type {number|null} */ into) => ({ id, desk: { merged_into: into } });
  const heads = mergedInto([one(1, null), one(2, 1), one(3, 2), one(4, 5), one(5, 4)]);
  assert.deepEqual(ids(heads.get(1) ?? []), [2, 3]);
});

test("a message stays as long as it takes to read, and longer where it can be undone", () => {
  assert.ok(stays("Short.", false) >= 5000);
  assert.ok(stays("x".repeat(200), false) > stays("x".repeat(20), false));
  assert.ok(stays("Gone.", true) > stays("Gone.", false));
});

test("a demo without ready sets is steered by a knob: a walkthrough by its steps", async () => {
  // All that lit-html asks of a page when it is loaded.
  globalThis.document = { createTreeWalker() {}, createComment() {} };
  const { steersSpec } = await import("../../static/js/host/steering.js");
  delete globalThis.document;
  const knobs = [{ name: "step", label: "Step", kind: "choice", words: ["picture", "rank"], live: false }];
  const session = { agenda: [{ id: "walk", title: "A walk", demo: { kind: "svd", settings: { step: "picture" }, knobs } }] };
  const rows = [{ key: "1", label: "The picture" }, { key: "2", label: "Its rank" }];
  assert.deepEqual(steersSpec({ steers: "walk" }, session, rows), { segment: "walk", settings: [{ step: "picture" }, { step: "rank" }] });
});
