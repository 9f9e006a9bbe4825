// @ts-check
// The host's desk: the session as the server tells it, what is open on this screen, and the way to act.
// One direction: the server's state and the desk's own go in, markup comes out; acting is asking the server.

import { createSession } from "../session.js";
import { connect } from "../socket.js";

const page = document.documentElement.dataset;

export const links = {
  session: page.session ?? "",
  audience: page.audience ?? "",
  stage: page.stage ?? "",
  qr: page.qr ?? "",
};

export const store = createSession();

/** What is open on this screen; the server knows nothing of it. */
export const ui = {
  line: "connecting",
  /** On a phone one column shows at a time. */
  tab: "polls",
  /** @type {string|null} */
  selected: null,
  /** The form that is open: `poll`, `segment`, `session`, or nothing. @type {{form: string, id: string|null}|null} */
  form: null,
  /** Options ticked to be merged, by poll. @type {Map<string, Set<number>>} */
  ticked: new Map(),
  /** @type {{text: string, bad: boolean}|null} */
  toast: null,
  asking: 0,
  qr: false,
  keys: read("salon/keys") !== "off",
};

/** @type {() => void} */
let repaint = () => {};

/** @param {() => void} paint */
export function onChange(paint) {
  repaint = paint;
  store.subscribe(paint);
}

/** Changes what is open on this screen. @param {Partial<typeof ui>} change */
export function set(change) {
  Object.assign(ui, change);
  repaint();
}

/** @param {string} text @param {boolean} [bad] */
export const toast = (text, bad = false) => set({ toast: { text, bad } });

export const line = connect({
  url: (rev) => `${page.ws}${rev === null ? "" : `&have=${rev}`}`,
  onMessage: store.receive,
  onState: (state) => set({ line: state }),
  rev: () => store.get.rev,
});

/**
 * Asks the server to carry out a command. True if it did; if not, the reason is shown.
 * @param {string} verb @param {object} [rest]
 */
export async function act(verb, rest = {}) {
  set({ asking: ui.asking + 1 });
  const answer = await line.ask({ type: "do", command: { do: verb, ...rest } });
  set({ asking: ui.asking - 1 });
  const done = answer.type === "heard";
  if (!done) toast(answer.why ?? "That did not work.", true);
  else if (ui.toast?.bad) set({ toast: null });
  return done;
}

/** @param {string|null} id */
export const pollOf = (id) => store.get.polls.find((poll) => poll.id === id) ?? null;

/** Current segment's polls first, then others that are open, then the rest. */
export function pollsInOrder() {
  const { session, polls } = store.get;
  const rank = (/** @type {any} */ poll) => {
    if (poll.segment === session.current) return 0;
    return poll.phase === "open" || poll.phase === "closing" ? 1 : 2;
  };
  return [...polls].sort((a, b) => rank(a) - rank(b));
}

/** The poll that keys act on. */
export function selectedPoll() {
  const all = pollsInOrder();
  return all.find((poll) => poll.id === ui.selected)
    ?? all.find((poll) => poll.id === store.get.session?.on_stage) ?? all[0] ?? null;
}

/** @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const part = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${hours ? part(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${part(seconds % 60)}`;
}

/** @param {number} n @param {string} one @param {string} many */
export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** Storage may be off; then nothing is remembered. @param {string} key */
export function read(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** @param {string} key @param {string} value */
export function write(key, value) {
  try { localStorage.setItem(key, value); } catch { /* nothing is remembered */ }
}

/** The fields of a form that was sent, as text. @param {SubmitEvent} event */
export function fields(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const data = new FormData(form);
  return {
    form,
    text: (/** @type {string} */ name) => String(data.get(name) ?? "").trim(),
    lines: (/** @type {string} */ name) => String(data.get(name) ?? "").split("\n").map((line) => line.trim()).filter(Boolean),
    number: (/** @type {string} */ name) => {
      const text = String(data.get(name) ?? "").trim();
      return text === "" ? undefined : Math.round(Number(text)) || 0;
    },
    ticked: (/** @type {string} */ name) => data.get(name) !== null,
  };
}
