// The line and its asks, over a fake socket and a fake clock.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { connect, mayRepeat, retryDelay } from "../../static/js/socket.js";

class FakeSocket {
  static all = [];
  sent = [];
  constructor(url) {
    this.url = url;
    FakeSocket.all.push(this);
  }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.closed = true; }
  hear(message) { this.onmessage({ data: JSON.stringify(message) }); }
}
const newest = () => FakeSocket.all.at(-1);

/** @type {{states: string[], line: any, reloads: number}} */
let at;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  // Node's mocked timers leave this clock alone; here it goes with them.
  mock.method(performance, "now", () => Date.now() - 900_000);
  FakeSocket.all = [];
  at = { states: [], line: null, reloads: 0 };
  const store = new Map();
  globalThis.WebSocket = FakeSocket;
  globalThis.location = { href: "https://talks.example.org/stage/CENTRE", reload: () => (at.reloads += 1) };
  globalThis.sessionStorage = {
    getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value), removeItem: (key) => store.delete(key),
  };
  at.line = connect({ url: (rev) => `/ws/CENTRE?v=9&have=${rev}`, rev: () => 7, onMessage() {}, onState: (state) => at.states.push(state) });
});
afterEach(() => {
  at.line.close();
  mock.timers.reset();
  mock.restoreAll();
});

const online = () => newest().hear({ type: "snapshot" });

test("the address is absolute, secure where the page is, and names the revision", () => {
  assert.equal(newest().url, "wss://talks.example.org/ws/CENTRE?v=9&have=7");
});

test("delays stay within their bounds and grow", () => {
  assert.ok(retryDelay(0, 0.999) <= 1000);
  assert.equal(retryDelay(1, 0), 500);
  assert.equal(retryDelay(20, 1), 15_000);
});

test("online is the first word heard, not the open door", () => {
  assert.deepEqual(at.states, ["connecting"]);
  online();
  assert.deepEqual(at.states, ["connecting", "online"]);
});

test("an ask is answered by its number", async () => {
  online();
  const first = at.line.ask({ type: "do", command: { do: "next" } });
  const second = at.line.ask({ type: "do", command: { do: "next" } });
  const [a, b] = newest().sent.map((message) => message.ask);
  newest().hear({ type: "refused", ask: b, code: "no", why: "No." });
  newest().hear({ type: "heard", ask: a });
  assert.equal((await first).type, "heard");
  assert.equal((await second).code, "no");
});

test("an ask made offline is sent once the line is back", async () => {
  const asked = at.line.ask({ type: "do", command: { do: "next" } });
  assert.equal(newest().sent.length, 0);
  online();
  newest().hear({ type: "heard", ask: newest().sent[0].ask });
  assert.equal((await asked).type, "heard");
});

test("offline for ten seconds, an ask is refused and not sent later", async () => {
  const asked = at.line.ask({ type: "do", command: { do: "next" } });
  newest().onclose({ code: 1006 });
  mock.timers.tick(11_000);
  assert.equal((await asked).code, "offline");
  online();
  assert.deepEqual(newest().sent, []);
});

test("an unanswered ballot is sent again over the next line", async () => {
  online();
  const asked = at.line.ask({ type: "cast", poll: "a", seq: 1, answer: {} });
  const first = newest();
  first.onclose({ code: 4012 });
  mock.timers.tick(1000);
  assert.notEqual(newest(), first);
  online();
  assert.deepEqual(newest().sent, first.sent);
  newest().hear({ type: "heard", ask: first.sent[0].ask });
  assert.equal((await asked).type, "heard");
});

test("a command that must not be done twice is not sent twice", async () => {
  online();
  const asked = at.line.ask({ type: "do", command: { do: "next" } });
  newest().onclose({ code: 1006 });
  assert.equal((await asked).code, "unsure");
  mock.timers.tick(1000);
  online();
  assert.deepEqual(newest().sent, []);
  assert.equal(mayRepeat({ type: "do", command: { do: "reveal" } }), true);
});

test("a line that swallows an ask is replaced", () => {
  online();
  void at.line.ask({ type: "cast", poll: "a", seq: 1, answer: {} });
  const first = newest();
  mock.timers.tick(11_000);
  assert.equal(first.closed, true);
  mock.timers.tick(1000);
  assert.equal(FakeSocket.all.length, 2);
});

test("a quiet page beats; a silent server is left", () => {
  online();
  const first = newest();
  mock.timers.tick(22_000);
  assert.deepEqual(first.sent, [{ type: "beat" }]);
  mock.timers.tick(26_000);
  assert.equal(first.closed, true);
  assert.equal(at.states.at(-1), "offline");
});

test("what an old line says late is not heard", () => {
  online();
  const first = newest();
  first.onclose({ code: 4008 });
  mock.timers.tick(1000);
  first.hear({ type: "snapshot" });
  assert.equal(at.states.at(-1), "offline");
});

test("a session that is gone ends the line and its asks", async () => {
  online();
  const asked = at.line.ask({ type: "cast", poll: "a", seq: 1, answer: {} });
  newest().onclose({ code: 4504 });
  assert.equal((await asked).code, "gone");
  assert.equal((await at.line.ask({ type: "beat" })).code, "gone");
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("an outdated page reloads once and then says so", () => {
  newest().onclose({ code: 4001 });
  assert.equal(at.reloads, 1);
  at.line = connect({ url: () => "/ws", rev: () => null, onMessage() {}, onState: (state) => at.states.push(state) });
  newest().onclose({ code: 4001 });
  assert.equal(at.reloads, 1);
  assert.equal(at.states.at(-1), "outdated");
});
