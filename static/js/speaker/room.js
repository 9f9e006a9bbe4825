// @ts-check
// The speaker's view of the session: what the server tells, what this screen remembers, and the way to act.
import { read } from "../device.js";
import { carriedOut, wasDone, withSeen } from "../seen.js";
import { createSession } from "../session.js";
import { connect } from "../socket.js";
import { askedOf, queueOf } from "../stage/questions.js";
import { makeToasts } from "../toast.js";

/** @typedef {import("protocol").QuestionView} Question */

const page = document.documentElement.dataset;
/** A clicker's button bounces; a second question within this time was not meant. */
const BOUNCE = 700;
const CHECK_SECONDS = 30;

export const links = { stage: page.stage ?? "" };
export const store = createSession();

/** What is known, for whatever is painted or pressed: that comes after the first snapshot. */
export const known = () => /** @type {import("../session.js").Ready} */ (store.get);

export const ui = {
  line: "connecting",
  /** @type {{text: string, bad: boolean}|null} */
  toast: null,
  keys: read("salon/speaker-keys") !== "off",
  large: read("salon/speaker-large") === "on",
};

/** @type {() => void} */
let repaint = () => {};

/** @param {() => void} paint */
export function onChange(paint) {
  repaint = paint;
  store.subscribe(paint);
}

/** @param {Partial<typeof ui>} change */
export function set(change) {
  Object.assign(ui, change);
  repaint();
}

const toasts = makeToasts((shown) => set({ toast: shown }));
export const toast = toasts.tell;
export const dismissToast = toasts.dismiss;

export const line = connect({
  url: (rev) => `${page.ws}${rev === null ? "" : `&have=${rev}`}`,
  onMessage: store.receive,
  onState: (state) => {
    page.line = state;
    set({ line: state });
  },
  rev: () => store.get.rev,
});

export const asked = () => askedOf(known().questions);
export const queue = () => queueOf(known().questions, store.get.session?.current);

/** Commands under way, as they were sent: an impatient second press asks nothing new. @type {Set<string>} */
const underWay = new Set();

/**
 * @template {import("../seen.js").Verb} Verb
 * @param {Verb} verb @param {import("../seen.js").Rest<Verb>} [rest] What else the command says.
 * @param {string} [told] What was done, in words.
 */
export async function act(verb, rest, told) {
  const command = withSeen(verb, rest ?? {}, store.get);
  const same = JSON.stringify(command);
  if (underWay.has(same)) return false;
  underWay.add(same);
  const answer = await line.ask({ type: "do", command });
  underWay.delete(same);
  const done = answer.type === "heard";
  if (done) carriedOut(command, store.get);
  if (answer.type === "refused") toast(answer.why, !wasDone(answer));
  else if (told) toast(told);
  else if (ui.toast?.bad) dismissToast();
  return done;
}

let takenAt = -BOUNCE;

/** Takes up this one. It is named, so that a repeat after a lost line does not go one further. @param {Question} question */
export function takeUp(question) {
  const now = performance.now();
  if (now - takenAt < BOUNCE) return;
  takenAt = now;
  void act("take_up", { question: question.id });
}

export function takeUpNext() {
  const [next] = queue();
  if (next) takeUp(next);
  else toast("No other question is waiting.");
}

export function answered() {
  const now = asked();
  if (now) void act("answered", { question: now.id }, "Marked as answered.");
  else toast("No question is being asked now.");
}

export function backToQueue() {
  const now = asked();
  if (now) void act("reopen_question", { question: now.id }, "Back in the queue.");
  else toast("No question is being asked now.");
}

/** Whether a check still takes answers. */
export const checking = () => (store.get.signal?.until ?? 0) > store.serverNow();

export function checkSignal() {
  if (!checking()) void act("check_signal", { seconds: CHECK_SECONDS });
}

export function undo() {
  if (store.get.session?.undo) void act("undo", {}, `Taken back: ${known().session.undo}`);
  else toast("There is nothing to undo.");
}
