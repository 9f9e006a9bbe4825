// What the audience's page does with questions and with a stream's delay: `node --test tests/js`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { makeKept } from "../../static/js/room/kept.js";
import {
  ago, byline, clockText, inRange, newReactions, snapped, stateWords, steadyOrder, threads,
} from "../../static/js/room/words.js";

const SECOND = 1000, MINUTE = 60 * SECOND;
const question = (id, more = {}) => ({ id, text: `q${id}`, voices: 1, standing: "open", ...more });
const heads = (list) => list.map((thread) => thread.head.id);

// ---- Words and reckoning ----

test("most wanted is pinned first, then by voices, then as they came; newest is by number alone", () => {
  const list = [question(1), question(2, { voices: 5 }), question(3, { pinned: true }), question(4, { standing: "answered" })];
  assert.deepEqual(heads(threads(list, "top").open), [3, 2, 1]);
  assert.deepEqual(heads(threads(list, "new").open), [3, 2, 1]);
  assert.deepEqual(heads(threads([question(1, { pinned: true, voices: 9 }), question(2)], "new").open), [2, 1]);
  assert.deepEqual(heads(threads(list, "top").done), [4]);
});

test("a follow-up stands under its question, and alone where that is not in the list", () => {
  const list = [question(1), question(2, { about: 1 }), question(3, { about: 99 })];
  const { open } = threads(list, "top");
  assert.deepEqual(heads(open), [1, 3]);
  assert.deepEqual(open[0].follow.map((one) => one.id), [2]);
});

test("a follow-up that is asked now stands on top, and nowhere else", () => {
  const { asking, open } = threads([question(1), question(2, { about: 1, standing: "asking" })], "top");
  assert.deepEqual(heads(asking), [2]);
  assert.deepEqual(open[0].follow, []);
});

test("a list under a finger keeps its order; what is new comes last, what is gone goes", () => {
  assert.deepEqual(steadyOrder([1, 2, 3], [4, 3, 1], true), [1, 3, 4]);
  assert.deepEqual(steadyOrder([1, 2, 3], [4, 3, 1], false), [4, 3, 1]);
});

test("a tap at the flash makes the viewer's clock a full ten seconds, at the nearest delay", () => {
  const at = (seconds) => 1_700_000_000 * SECOND + seconds * SECOND;
  assert.equal(snapped(at(7), 0), 7);
  assert.equal(snapped(at(7), 30), 27);
  assert.equal(snapped(at(7), 34), 37);
  for (const guess of [0, 4, 12, 33, 299]) {
    const delay = snapped(at(7), guess);
    assert.equal((at(7) / SECOND - delay) % 10, 0);
    assert.ok(Math.abs(delay - guess) <= 7 && delay >= 0 && delay <= 300);
  }
});

test("a delay stays between none and five minutes", () => {
  assert.deepEqual([-4, 0.4, 12.6, 900].map(inRange), [0, 0, 13, 300]);
});

test("the clock reads minutes and seconds, as the stage's does", () => {
  assert.equal(clockText(Date.UTC(2024, 0, 1, 17, 4, 9, 900)), "04:09");
  assert.equal(clockText(Date.UTC(2024, 0, 1, 17, 59, 59)), "59:59");
});

test("reactions are told by the difference; the first sum and one after a restart are no news", () => {
  assert.deepEqual(newReactions(null, { clap: 40 }), []);
  assert.deepEqual(newReactions({ clap: 40 }, { clap: 42, wow: 1 }), [{ kind: "clap", n: 2 }, { kind: "wow", n: 1 }]);
  assert.deepEqual(newReactions({ clap: 40, wow: 3 }, { clap: 1, wow: 3 }), []);
});

test("every state of one's own question has words", () => {
  for (const state of ["pending", "open", "asking", "answered", "closed", "merged", "hidden", "withdrawn"]) {
    assert.ok(stateWords({ state, voices: 1 }).length > 5, state);
  }
  assert.match(stateWords({ state: "open", voices: 3 }), /3 people/);
  assert.match(stateWords({ state: "open", voices: 1 }), /Received ✓/);
});

test("who asked, and when", () => {
  assert.equal(byline({ name: "", source: "" }, { anonymous: "A guest" }), "A guest");
  assert.equal(byline({ name: "Ada", source: "YouTube" }, { anonymous: "A guest" }), "Ada, on YouTube");
  assert.deepEqual([20 * SECOND, 5 * MINUTE, 3 * 60 * MINUTE, 49 * 60 * MINUTE].map(ago), ["just now", "5 min ago", "3 h ago", "2 d ago"]);
});

// ---- Kept questions ----

/** A page that is off the line until told otherwise. @param {Record<string, string>} shelf */
function page(shelf) {
  globalThis.localStorage = shelf;
  const asked = [];
  const nothing = () => {};
  const kept = makeKept("salon/ROOM/asked", {
    ask: (message, then) => { if (!page.live) return false; asked.push({ message, then }); return true; },
    set: nothing, announce: nothing, putOwn: nothing, giveBack: nothing,
  });
  return { asked, kept };
}

test("a question is kept until it is answered, and asked again under the same key, on a second visit as well", () => {
  const shelf = {};
  page.live = false;
  const first = page(shelf);
  first.kept.put({ text: "Why?", name: "", about: null });
  assert.equal(first.asked.length, 0);
  const [{ key }] = JSON.parse(shelf["salon/ROOM/asked"]);
  assert.match(key, /^[0-9a-f]{32}$/);

  const second = page(shelf);
  page.live = true;
  second.kept.send();
  second.kept.send();
  assert.deepEqual(second.asked.map(({ message }) => message.key), [key, key]);
  assert.equal(second.kept.all().length, 1, "sent is not received");
  second.asked[0].then({ type: "heard", question: { state: "open" } });
  assert.equal(second.kept.all().length, 0);
  assert.equal(shelf["salon/ROOM/asked"], "[]");
});

test("a question that is refused is not asked for ever", () => {
  const shelf = {};
  page.live = true;
  const { asked, kept } = page(shelf);
  kept.put({ text: "Why?", name: "", about: 4 });
  assert.equal(asked[0].message.about, 4);
  asked[0].then({ type: "refused", code: "too_soon", why: "That was quick.", wait_seconds: 20 });
  assert.equal(kept.all().length, 0);
});

// ---- The core: what a delayed viewer sees, and when ----

const CORE = readFileSync(new URL("../../static/js/audience.js", import.meta.url), "utf8");
const session = (title) => ({ code: "ROOM", title, state: "live", channels: [] });
const snapshot = (rev, title) => ({ type: "snapshot", rev, now: 0, session: session(title), polls: [], ballots: [], room: {} });

/** The core in a world without a page: its clock, its socket, and what the view that it loads gets to know. */
function core(shelf = {}) {
  const world = { now: 1_000_000, device: 1_700_000_000_000, timers: [], every: [], my: null, said: [], posted: [], lines: 0, words: {} };
  const nothing = () => {};
  const element = () => ({ textContent: "", classList: { toggle: nothing, add: nothing } });
  const state = { ...element(), textContent: JSON.stringify(snapshot(1, "as served")) };
  // The clock of the device may be set; what waits goes by the other one.
  class Time extends Date { static now() { return world.device; } }
  class WebSocket {
    constructor(url) {
      this.url = url;
      world.socket = this;
      world.lines += 1;
    }
    send(text) { world.said.push(JSON.parse(text)); }
    close() {}
  }
  const around = {
    Date: Time, performance: { now: () => world.now }, WebSocket, JSON, Math, Object, Promise, Number,
    document: {
      getElementById: (id) => (id === "state" ? state : world.words[id] ??= element()), querySelector: () => null, hidden: false, addEventListener: (type, run) => { if (type === "visibilitychange") world.wakes = run; },
      body: { ...element(), dataset: { view: "view", session: "S1" } },
    },
    fetch: (url, sent) => {
      world.posted.push({ url, ...sent });
      return new Promise(() => {});
    },
    localStorage: shelf, navigator: { onLine: true }, location: { origin: "http://here" }, addEventListener: nothing,
    clearTimeout: nothing, setInterval: (run) => world.every.push(run),
    setTimeout: (run, ms) => world.timers.push({ run, at: world.now + (ms || 0) }),
    load: () => ({ then: (took) => took({ begin: (my) => { world.my = my; return { paint: nothing }; } }) }),
  };
  vm.runInNewContext(`(() => {${CORE.replace("import(viewUrl)", "load()")}\n})();`, around);
  return {
    world,
    comes: (m) => world.socket.onmessage({ data: JSON.stringify(m) }),
    cut: (code = 1006) => world.socket.onclose({ code }),
    pass(seconds) {
      for (let n = 0; n < seconds * 10; n += 1) {
        world.now += 100;
        const due = world.timers.filter((one) => one.at <= world.now);
        world.timers = world.timers.filter((one) => one.at > world.now);
        due.forEach((one) => one.run());
        if (world.now % 1000 === 0) world.every.forEach((run) => run());
      }
    },
    title: () => world.my.snap.session.title,
  };
}

test("the first picture comes at once, what follows as late as the stream", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  assert.equal(page.title(), "first");
  page.world.my.late = 20 * SECOND;
  page.comes({ type: "session", rev: 3, session: session("later") });
  page.pass(19);
  assert.equal(page.title(), "first");
  page.pass(2);
  assert.equal(page.title(), "later");
});

test("a device's clock that is set while a frame waits changes nothing", () => {
  for (const hours of [-1, 2]) {
    const page = core();
    page.comes(snapshot(2, "first"));
    page.world.my.late = 4 * SECOND;
    page.comes({ type: "session", rev: 3, session: session("later") });
    page.world.device += hours * 60 * MINUTE;
    page.pass(3);
    assert.equal(page.title(), "first");
    page.pass(2);
    assert.equal(page.title(), "later");
    assert.equal(page.world.lines, 1, "the line stays");
    const before = page.world.my.now();
    page.world.device -= hours * 60 * MINUTE;
    assert.equal(page.world.my.now(), before, "a countdown goes on as it was");
  }
});

test("a phone that woke up beside a dead line finds out within seconds", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  page.world.wakes();
  page.pass(3);
  page.comes({ type: "beat", now: 0 });
  page.pass(10);
  assert.equal(page.world.lines, 1, "who answers stays");
  page.world.wakes();
  page.pass(8);
  assert.ok(page.world.lines > 1, "who does not is given up");
});

test("what is kept is the session's, not its code's", () => {
  const vote = JSON.stringify([{ poll: "p", seq: 1, answer: { picks: [1] } }]);
  const casts = (page) => page.world.said.filter((m) => m.type === "cast").length;
  for (const shelf of [{ "salon/ROOM": vote }, { "salon/ROOM": "S0", "salon/S0": vote, "salon/S10": vote }]) {
    const page = core(shelf);
    page.comes(snapshot(2, "first"));
    assert.equal(casts(page), 0, "another session's vote stays where it is");
  }
  const page = core({ "salon/ROOM": "S1", "salon/S1": vote });
  page.comes(snapshot(2, "first"));
  assert.equal(casts(page), 1, "a reload of the same session sends what it kept");
  assert.match(page.world.socket.url, /[&]session=S1/);
});

test("a picture after a gap is not early either", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  page.world.my.late = 10 * SECOND;
  page.cut();
  page.pass(3);
  page.comes(snapshot(9, "after the gap"));
  page.pass(9);
  assert.equal(page.title(), "first");
  page.pass(2);
  assert.equal(page.title(), "after the gap");
});

test("answers and what is one's own wait for nothing", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  const heard = [];
  page.world.my.hear = (m) => heard.push(m.type);
  page.world.my.late = 10 * SECOND;
  for (const type of ["questions", "heard", "refused", "ballot", "own_question", "similar", "beat", "voices"]) page.comes({ type });
  assert.deepEqual(heard, ["heard", "refused", "ballot", "own_question", "similar", "beat"]);
  page.pass(11);
  assert.deepEqual(heard.slice(6), ["questions", "voices"]);
});

test("the order stays when the delay shrinks or grows", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  const heard = [];
  page.world.my.hear = (m) => heard.push(m.n);
  page.world.my.late = 30 * SECOND;
  page.comes({ type: "signal", n: 1 });
  page.pass(5);
  page.comes({ type: "signal", n: 2 });
  page.world.my.late = 2 * SECOND;
  page.pass(1);
  page.comes({ type: "signal", n: 3 });
  assert.deepEqual(heard, [1], "what is due by the new delay is shown");
  page.pass(3);
  page.world.my.late = 8 * SECOND;
  page.comes({ type: "signal", n: 4 });
  page.pass(30);
  assert.deepEqual(heard, [1, 2, 3, 4]);
});

test("what comes before the room is loaded waits for it: the newest of each type, in its order", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  for (const m of [{ type: "questions", n: 1 }, { type: "chat", n: 2 }, { type: "questions", n: 3 }]) page.comes(m);
  assert.deepEqual([...page.world.my.missed].map((m) => m.n ?? m.type), ["snapshot", 2, 3]);
  page.comes(snapshot(9, "anew"));
  assert.deepEqual([...page.world.my.missed].map((m) => m.type), ["snapshot"]);
});

test("a vote that could not be saved is kept, said so, and sent again until it is counted", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  const { world } = page;
  world.my.cast("p", { picks: [1] });
  const casts = () => world.said.filter((m) => m.type === "cast");
  for (let n = 1; n <= 3; n += 1) {
    assert.equal(casts().length, n);
    page.comes({ type: "refused", ask: casts()[n - 1].ask, code: "not_saved", why: "The disk is full.", wait_seconds: 5 });
    assert.equal(world.my.notes.p, "The disk is full. It is sent again by itself.");
    assert.ok(world.my.kept.p, "it is kept");
    page.pass(2);
    assert.equal(casts().length, n, "not at once");
    page.pass(6);
  }
  assert.equal(new Set(casts().map((m) => m.seq)).size, 1, "the same vote all the time");
  page.comes({ type: "heard", ask: casts()[3].ask, ballot: { poll: "p", seq: 1, answer: { picks: [1] } } });
  assert.equal(world.my.kept.p, undefined);
  assert.equal(world.my.notes.p, undefined);
  page.pass(30);
  assert.equal(casts().length, 4);
});

test("a phone for which the room is full says so, votes by HTTP and comes back by itself", () => {
  const page = core();
  const { world } = page;
  page.cut(4013);
  assert.match(world.words.line.textContent, /room is full/);
  const before = world.lines;
  // At its own moment within fifteen seconds; a line on which nothing comes would be dropped again ten seconds later.
  for (let second = 0; second < 16 && world.lines === before; second += 1) page.pass(1);
  assert.ok(world.lines > before, "it tries again");
  page.comes(snapshot(2, "first"));
  assert.equal(world.words.line.textContent, "Connected");
  page.cut(4013);
  world.my.cast("p", { picks: [1] });
  // Not before the page has been there for eight seconds: a line may just be on its way.
  for (let second = 0; second < 10 && !world.posted.length; second += 1) page.pass(1);
  assert.deepEqual(world.posted.map((one) => one.method), ["PUT"]);
});

test("a tab that gave its place to a newer one of the same browser stays away", () => {
  const page = core();
  page.comes(snapshot(2, "first"));
  page.cut(4502);
  page.pass(60);
  assert.equal(page.world.lines, 1);
  assert.match(page.world.words.line.textContent, /too many tabs/);
});
