// The room beside the votes, as a page holds it: `node --test tests/js`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSession, inQueueOrder } from "../../static/js/session.js";

const question = (id, more = {}) => ({ id, text: `q${id}`, voices: 1, standing: "open", ...more });
const questions = (version, list) => ({ version, rules: {}, asking: null, list, open: list.length, pending: 0 });
const room = (more = {}) => ({ questions: questions(3, [question(1), question(2)]), chat: { version: 0, messages: [] }, ...more });
const snapshot = (more = {}) => ({
  type: "snapshot", v: 1, rev: 5, now: Date.now(), session: { agenda: [] }, polls: [], ballots: [], room: room(more),
});

function begun(more) {
  const session = createSession();
  session.receive(snapshot(more));
  return session;
}
const ids = (session) => session.get.questions.list.map((one) => one.id);

test("voices change the counts and the order, and never an object in place", () => {
  const session = begun();
  const before = session.get.questions.list;
  session.receive({ type: "voices", version: 4, voices: [[1, 1], [2, 5]] });
  assert.deepEqual(ids(session), [2, 1]);
  assert.equal(before[1].voices, 1);
  assert.equal(session.get.questions.list[1], before[0], "what did not change is the same");
});

test("an older list or count changes nothing", () => {
  const session = begun();
  session.receive({ type: "questions", questions: questions(6, [question(3)]) });
  session.receive({ type: "questions", questions: questions(5, []) });
  session.receive({ type: "voices", version: 4, voices: [[3, 9]] });
  assert.deepEqual(ids(session), [3]);
  assert.equal(session.get.questions.list[0].voices, 1);
});

test("a restarted server begins anew by its snapshot or what it resumes with", () => {
  const session = begun();
  session.receive({ type: "questions", questions: questions(60, [question(3)]) });
  session.receive({ type: "resumed", rev: 5, now: Date.now(), ballots: [], room: room() });
  assert.deepEqual(ids(session), [1, 2]);
  session.receive({ type: "chat", chat: { version: 1, messages: [{ id: 1 }] } });
  assert.equal(session.get.chat.messages.length, 1);
});

test("pinned first, then by voices, then as they came; what is not open keeps its place", () => {
  const list = [question(9, { standing: "asking" }), question(1), question(2, { voices: 3 }), question(3, { pinned: true }),
    question(4, { standing: "answered", voices: 99 })];
  assert.deepEqual(inQueueOrder(list).map((one) => one.id), [9, 3, 2, 1, 4]);
  const desk = { review: "pending", merged_into: null };
  assert.deepEqual(inQueueOrder([question(1, { desk }), question(2), question(3, { voices: 2 })]).map((one) => one.id), [1, 3, 2]);
});

test("one's own questions are kept by their number, a signal check goes when it is over", () => {
  const session = begun({ own: { questions: [{ id: 1, state: "open" }], upvoted: [] }, signal: { check: 7 } });
  session.receive({ type: "heard", ask: 1, question: { id: 2, state: "pending" } });
  session.receive({ type: "own_question", question: { id: 1, state: "asking" } });
  assert.deepEqual(session.get.own.questions.map((one) => [one.id, one.state]), [[1, "asking"], [2, "pending"]]);
  session.receive({ type: "signal" });
  assert.equal(session.get.signal, null);
});
