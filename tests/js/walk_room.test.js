// A walkthrough among the rest of a session: where the host is, what the stage shows, what the panel offers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sceneOf } from "../../static/js/stage/scene.js";
import { leaveOutOrder } from "../../static/js/stage/walk.js";
import { drawnOf, hostWords, placeKey, pollToVote, walkOf } from "../../static/js/walk/where.js";

const walk = (more = {}) => ({ segment: "svd", number: 3, step: "factors", title: "Any matrix in three pieces", ...more });
const session = (more = {}) => ({
  state: "live", current: "svd", shows: { scene: "walk", id: "svd" }, agenda: [{ id: "talk", kind: "talk", links: [], blurb: "x" }, { id: "svd", kind: "demo", demo: { kind: "svd" }, links: [], blurb: "" }],
  walks: [walk()], ...more,
});
const poll = (more = {}) => ({ id: "p", segment: "svd", step: "factors", phase: "open", revealed: false, ...more });

test("a walkthrough is a scene of its segment, and a poll or a question goes before it", () => {
  const scene = sceneOf({ session: session(), polls: [] });
  assert.deepEqual([scene.name, scene.key, scene.walk.number, scene.place], ["walk", "walk svd", 3, 2]);
  assert.equal(sceneOf({ session: session({ shows: { scene: "poll", id: "p" } }), polls: [poll()] }).name, "poll");
  assert.equal(sceneOf({ session: session({ current: "talk", shows: { scene: "segment", id: "talk" } }), polls: [] }).name, "segment");
  assert.equal(sceneOf({ session: session({ walks: [] }), polls: [] }).name, "segment");
});

test("the same walkthrough stays the same scene from step to step", () => {
  const later = session({ walks: [walk({ number: 4, step: "freedom" })] });
  assert.equal(sceneOf({ session: later, polls: [] }).key, sceneOf({ session: session(), polls: [] }).key);
});

test("words go before pictures where there is no room, and a picture always stays", () => {
  assert.deepEqual(leaveOutOrder(["words", "picture", "table", "picture", "checks", "words"]), [4, 5, 0, 2, 3]);
  // A formula goes late, and a step without a picture keeps the matrices that it is about.
  assert.deepEqual(leaveOutOrder(["words", "formula", "picture", "table", "checks"]), [4, 0, 3, 1]);
  assert.deepEqual(leaveOutOrder(["formula", "matrix", "matrices", "matrices", "bars"]), [4, 1, 3, 0]);
  assert.deepEqual(leaveOutOrder(["code", "code", "formula", "picture"]), [3, 2, 1]);
  assert.deepEqual(leaveOutOrder(["formula", "image", "bars"]), [2, 0]);
  assert.deepEqual(leaveOutOrder(["picture"]), []);
  assert.deepEqual(leaveOutOrder([]), []);
});

test("the walkthrough followed is the current one, or else the first", () => {
  const two = [walk({ segment: "other", number: 1 }), walk()];
  assert.equal(walkOf(session({ walks: two })).number, 3);
  assert.equal(walkOf(session({ walks: two, current: "talk" })).number, 1);
  assert.equal(walkOf(session({ walks: undefined })), null);
  assert.equal(walkOf(null), null);
});

test("two walkthroughs that nobody has touched are two places, and so are two steps", () => {
  const untouched = walk({ number: 0 });
  assert.notEqual(placeKey(untouched), placeKey(walk({ number: 0, segment: "other" })));
  assert.notEqual(placeKey(untouched), placeKey(walk({ number: 0, step: "pca" })));
  assert.notEqual(placeKey(untouched), placeKey(walk({ number: 1 })));
  // As the page has it: in words, without a title.
  assert.equal(placeKey(untouched), placeKey({ segment: "svd", number: "0", step: "factors" }));
});

test("who walks by themselves is told where the host is", () => {
  assert.equal(hostWords({ follows: true, step: "factors", walk: walk() }).link, "");
  assert.equal(hostWords({ follows: false, step: "pca", walk: walk() }).link, "Any matrix in three pieces");
  assert.match(hostWords({ follows: false, step: "factors", walk: walk() }).link, /^Go back/);
  assert.match(hostWords({ follows: false, step: "factors", walk: null }).link, /^Go to/);
  // A link comes after a space.
  for (const step of ["factors", "pca"]) assert.match(hostWords({ follows: false, step, walk: walk() }).words, /[.:] $/);
});

test("a poll is pointed at while it is open and not answered", () => {
  const held = (polls, ballots = []) => ({ session: session(), polls, ballots: new Map(ballots) });
  assert.equal(pollToVote(held([poll()]))?.id, "p");
  assert.equal(pollToVote(held([poll()], [["p", { answer: { picks: [0] } }]])), null);
  assert.equal(pollToVote(held([poll()], [["p", { answer: null }]]))?.id, "p");
  assert.equal(pollToVote(held([poll({ phase: "closed" })])), null);
  assert.equal(pollToVote({ ...held([poll()]), session: session({ state: "ended" }) }), null);
});

test("pictures are drawn anew when a count that is in them is shown or changes", () => {
  const drawn = (more, step = "factors") => drawnOf([poll(more)], "svd", step, (one) => one.tally.version);
  const before = drawn({});
  assert.notEqual(drawn({ revealed: true, tally: { version: 1 } }), before);
  assert.notEqual(drawn({ revealed: true, tally: { version: 1 } }), drawn({ revealed: true, tally: { version: 2 } }));
  assert.equal(drawn({ revealed: true, tally: { version: 1 } }, "pca"), before);
  assert.equal(drawn({ tally: { version: 1 } }), before);
});
