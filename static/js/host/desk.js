// @ts-check
// The host's desk: the session as the server tells it, what is open on this screen, and the way to act.
// One direction: the server's state and the desk's own go in, markup comes out; acting is asking the server.

import { read } from "../device.js";
import { createSession } from "../session.js";
import { carriedOut, wasDone, withSeen } from "../seen.js";
import { connect } from "../socket.js";
import { makeToasts } from "../toast.js";

export { ago } from "../room/words.js";

const page = document.documentElement.dataset;

export const links = {
  session: page.session ?? "",
  audience: page.audience ?? "",
  stage: page.stage ?? "",
  onlyHere: page.onlyHere ?? "",
  others: (page.others ?? "").split(" ").filter(Boolean),
};

/** `host`, `cohost` or `moderator`. */
export const role = page.role ?? "host";

/**
 * @typedef {object} OpenForm
 * @property {string} form
 * @property {string|null} id What it edits; null where it makes something new.
 * @property {string} back The id of the element that gets the focus when the form closes.
 * @property {string} [kind] The kind of poll or segment chosen in it.
 * @property {string} [segment] The segment that its poll goes into.
 * @property {{key: string, label: string, starts?: string}[]} [options] The answers of its poll.
 * @property {string} [steers] The segment whose demo its poll sets.
 * @property {string} [by] What of that demo each answer sets.
 * @property {boolean} [touched] Whether something was typed or chosen in it.
 * @property {string} [demo] The demo chosen for its segment.
 * @property {boolean} [asks] Whether the audience chooses what that demo starts with.
 * @property {{id: string, label: string, delay_seconds: number}[]} [channels] The rows of the form of channels.
 */

export const store = createSession();

/** What is known, for whatever is painted or pressed: that comes after the first snapshot. */
export const known = () => /** @type {import("../session.js").Ready} */ (store.get);

/** What is open on this screen; the server knows nothing of it. */
export const ui = {
  line: "connecting",
  /** On a phone one column shows at a time. */
  tab: "polls",
  /** What the middle column shows: `polls`, `questions` or `chat`. */
  part: page.role === "moderator" ? "questions" : "polls",
  /** The question that keys act on. @type {number|null} */
  question: null,
  /** What is searched for among the questions, and the order they are listed in. */
  search: "",
  order: "votes",
  /** Questions ticked to be merged. @type {Set<number>} */
  tickedQuestions: new Set(),
  /** What was pasted from another chat, taken apart. @type {import("./chat_lines.js").Line[]} */
  pasted: [],
  /** What of it was left out, and why. */
  pastedNote: "",
  /** Links for helpers. @type {import("./links.js").Helper[]|null} */
  helpers: null,
  /** A link that was just made. @type {import("./links.js").Fresh|null} */
  fresh: null,
  /** @type {string|null} */
  selected: null,
  /** The form that is open: `poll`, `draft`, `segment`, `rename`, `session`, or nothing. @type {OpenForm|null} */
  form: null,
  /** Options ticked to be merged, by poll. @type {Map<string, Set<number>>} */
  ticked: new Map(),
  /** @type {{text: string, bad: boolean, undo: boolean}|null} */
  toast: null,
  /** What the phone's picture shows: `form`, or the id of a draft. @type {string|null} */
  preview: null,
  /** What was moved where, for those who do not see it. */
  said: "",
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

const toasts = makeToasts((shown) => set({ toast: shown }));
/** Tells; `bad` stays until it is dismissed, `undo` offers to take the last action back. */
export const toast = toasts.tell;
export const dismissToast = toasts.dismiss;

/** Says something to those who do not see it. @param {string} said */
export const say = (said) => set({ said });

/** Notes that something was typed or chosen in the open form. @param {Event} event */
export function noteTyping({ target }) {
  if (ui.form && target instanceof Element && target.closest("[data-form]")) ui.form.touched = true;
}

/** Whether the open form holds what would be lost; then that is said, and the form brought into view. */
function holdsBack() {
  // In a part of the panel that is not shown there is nothing of it left to keep.
  if (!ui.form?.touched || !document.querySelector("[data-form]")) return false;
  toast("What you typed is not saved yet: save it, or press Cancel to throw it away.", true);
  if (document.activeElement?.closest("[data-form]")) return true;
  const field = /** @type {HTMLElement|null} */ (document.querySelector("[data-form] :is(input, textarea)"));
  field?.focus({ preventScroll: true });
  field?.closest("[data-form]")?.scrollIntoView({ block: "nearest" });
  return true;
}

/** Opens a form and puts the cursor into it, unless another one holds what is not saved. @param {string} form @param {string|null} id @param {string} back @param {object} [more] */
export function openForm(form, id, back, more = {}) {
  if (holdsBack()) return;
  set({ form: { form, id, back, ...more } });
  /** @type {HTMLElement|null} */ (document.querySelector("[data-form] :is(input, select, textarea)"))?.focus();
}

/** Closes the open form if nothing is lost with it. */
export function giveUpForm() {
  if (!holdsBack()) closeForm();
}

/** Closes the open form; whoever was in it goes on where they came from. */
export function closeForm() {
  const { activeElement } = document;
  const inside = !activeElement || activeElement === document.body || activeElement.closest("[data-form]");
  const back = ui.form?.back;
  set({ form: null, preview: null });
  if (inside && back) document.getElementById(back)?.focus();
}

export const line = connect({
  url: (rev) => `${page.ws}${rev === null ? "" : `&have=${rev}`}`,
  onMessage: store.receive,
  onState: (state) => set({ line: state }),
  rev: () => store.get.rev,
});

/** Commands under way, as they were sent: an impatient second press asks nothing new. @type {Set<string>} */
const underWay = new Set();

/** The button of the press that is being handled. @type {Element|null} */
let pressed = null;

/** Buttons rest while what they asked for is under way. They stay focusable, so that the focus is not lost. @param {Element} root */
export function watchPresses(root) {
  root.addEventListener("click", (event) => {
    pressed = /** @type {Element} */ (event.target).closest("button");
    if (pressed?.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    setTimeout(() => { pressed = null; });
  }, true);
}

/**
 * Asks the server to carry out a command. True if it did; if not, the reason is shown.
 * @template {import("../seen.js").Verb} Verb
 * @param {Verb} verb @param {import("../seen.js").Rest<Verb>} [rest] What else the command says.
 * @param {string} [told] What was lost or changed, to be told with an offer to undo it.
 */
export async function act(verb, rest, told) {
  const command = withSeen(verb, rest ?? {}, store.get);
  const same = JSON.stringify(command);
  if (underWay.has(same)) return false;
  underWay.add(same);
  const button = pressed;
  button?.setAttribute("aria-disabled", "true");
  if (ui.toast?.undo) dismissToast();
  const answer = await line.ask({ type: "do", command });
  underWay.delete(same);
  button?.removeAttribute("aria-disabled");
  const done = answer.type === "heard";
  if (done) carriedOut(command, store.get);
  if (answer.type === "refused") toast(answer.why, !wasDone(answer));
  else if (told) toast(told, false, true);
  else if (ui.toast?.bad) dismissToast();
  return done;
}

/** @param {string|null} id */
export const pollOf = (id) => store.get.polls.find((poll) => poll.id === id) ?? null;

/** Current segment's polls first, then others that are open, then the rest. */
export function pollsInOrder() {
  const { session, polls } = known();
  const rank = (/** @type {import("protocol").PollView} */ poll) => {
    if (session.state === "draft") return 0;
    if (poll.segment === session.current) return 0;
    return poll.phase === "open" || poll.phase === "closing" ? 1 : 2;
  };
  return [...polls].sort((a, b) => rank(a) - rank(b));
}

/** Chooses a poll and brings its card into view. @param {string} id */
export function selectPoll(id) {
  set({ selected: id, tab: "polls", part: "polls" });
  const card = document.getElementById(`poll-${id}`);
  card?.scrollIntoView({ block: "nearest" });
  card?.focus({ preventScroll: true });
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

/** The fields of a form that was sent, as text. @param {Pick<SubmitEvent, "preventDefault"|"currentTarget">} event */
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
