// What a page makes of the server's frames: `node --test tests/js`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSession, inAgendaOrder } from "../../static/js/session.js";

const view = (more = {}) => ({ title: "T", state: "live", agenda: [{ id: "s", polls: ["b", "a"] }], current: null, on_stage: null, ...more });
const tally = (version, count) => ({ version, voters: count, picks: count, final: false, options: [], combos: [], channels: [] });
const poll = (id, more = {}) => ({ id, question: id, phase: "open", revealed: false, ...more });
const snapshot = (more = {}) => ({ type: "snapshot", v: 1, rev: 5, now: Date.now(), session: view(), polls: [poll("a"), poll("b")], ballots: [], ...more });

function begun(more) {
  const session = createSession();
  session.receive(snapshot(more));
  return session;
}
const held = (session, id) => session.get.polls.find((one) => one.id === id);

test("polls stand in the order of the agenda, those without a segment last", () => {
  const ids = inAgendaOrder([poll("x"), poll("a"), poll("b")], view()).map((one) => one.id);
  assert.deepEqual(ids, ["b", "a", "x"]);
});

test("an older session or poll changes nothing", () => {
  const session = begun();
  session.receive({ type: "session", rev: 4, session: view({ title: "old" }) });
  session.receive({ type: "poll", rev: 8, poll: poll("a", { question: "new" }) });
  session.receive({ type: "poll", rev: 7, poll: poll("a", { question: "old" }) });
  assert.equal(session.get.session.title, "T");
  assert.equal(held(session, "a").question, "new");
});

test("one poll's revision does not make another poll's frame old", () => {
  const session = begun();
  session.receive({ type: "poll", rev: 8, poll: poll("a") });
  session.receive({ type: "poll", rev: 7, poll: poll("b", { question: "kept" }) });
  assert.equal(held(session, "b").question, "kept");
});

test("a poll that is gone does not come back by an old frame", () => {
  const session = begun();
  session.receive({ type: "poll_gone", rev: 8, poll: "a" });
  session.receive({ type: "poll", rev: 7, poll: poll("a") });
  assert.equal(held(session, "a"), undefined);
});

test("a count goes forward only, and an equal version is taken", () => {
  const session = begun();
  session.receive({ type: "tally", poll: "a", version: 3, voters: 3, tally: tally(3, 3) });
  session.receive({ type: "tally", poll: "a", version: 2, voters: 2, tally: tally(2, 2) });
  assert.equal(held(session, "a").voters, 3);
  session.receive({ type: "tally", poll: "a", version: 3, voters: 9, tally: tally(3, 9) });
  assert.equal(held(session, "a").tally.voters, 9);
});

test("a result that is hidden again is let go of", () => {
  const session = begun();
  session.receive({ type: "poll", rev: 6, poll: poll("a", { revealed: true, voters: 3, tally: tally(3, 3) }) });
  session.receive({ type: "poll", rev: 7, poll: poll("a", { voters: 3 }) });
  assert.equal(held(session, "a").tally, undefined);
  assert.equal(held(session, "a").voters, 3);
});

test("a poll frame with an older count keeps the newer one", () => {
  const session = begun({ polls: [poll("a", { revealed: true, voters: 4, tally: tally(4, 4) })] });
  session.receive({ type: "poll", rev: 6, poll: poll("a", { question: "renamed", revealed: true, voters: 3, tally: tally(3, 3) }) });
  assert.equal(held(session, "a").question, "renamed");
  assert.equal(held(session, "a").voters, 4);
});

test("polls are replaced, never changed in place", () => {
  const session = begun();
  const before = held(session, "a");
  session.receive({ type: "tally", poll: "a", version: 1, voters: 1 });
  assert.notEqual(held(session, "a"), before);
  assert.equal(before.voters, undefined);
});

test("the revision is claimed only where no frame of its turn can be missing", () => {
  const session = begun();
  assert.equal(session.get.rev, 5);
  session.receive({ type: "poll", rev: 6, poll: poll("a") });
  assert.equal(session.get.rev, null);
  session.receive(snapshot({ rev: 6 }));
  assert.equal(session.get.rev, 6);
});

test("own ballots go forward, also by an answer", () => {
  const session = begun({ ballots: [{ poll: "a", seq: 2, labels: [] }] });
  session.receive({ type: "ballot", ballot: { poll: "a", seq: 1, labels: ["old"] } });
  assert.equal(session.get.ballots.get("a").seq, 2);
  session.receive({ type: "heard", ask: 1, ballot: { poll: "a", seq: 3, labels: [] } });
  assert.equal(session.get.ballots.get("a").seq, 3);
});

test("the server's clock is taken from its messages", () => {
  const session = begun({ now: Date.now() + 60_000 });
  assert.ok(Math.abs(session.serverNow() - Date.now() - 60_000) < 50);
});

test("many frames wake a subscriber once", async () => {
  const session = createSession();
  let calls = 0;
  const leave = session.subscribe(() => (calls += 1));
  session.receive(snapshot());
  session.receive({ type: "presence", presence: { audience: 1, stage: 1, host: 0 } });
  await new Promise((done) => setTimeout(done, 60));
  assert.equal(calls, 1);
  leave();
  session.receive(snapshot());
  await new Promise((done) => setTimeout(done, 60));
  assert.equal(calls, 1);
});
