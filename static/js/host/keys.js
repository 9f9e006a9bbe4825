// @ts-check
// Everything by keyboard. Keys are off while typing and with a modifier, and can be turned off for good.

import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { openComposer } from "./compose.js";
import { write } from "../device.js";
import { act, giveUpForm, known, links, pollsInOrder, role, selectedPoll, set, store, toast, ui } from "./desk.js";
import { closeMenus } from "./menus.js";
import { listed, parts, selectedQuestion, takeUp, tick } from "./questions.js";
import { walkBy } from "./walk.js";
import { fieldOf } from "./field.js";

/** @type {[string[], string][]} */
const KEYS = [
  [["→", "Page Down", "Space"], "Next segment"],
  [["←", "Page Up"], "Previous segment"],
  [[".", ","], "Next or previous step of the walkthrough"],
  [["J", "K", "↓", "↑"], "Select the next or previous poll"],
  [["O"], "Open or reopen the selected poll"],
  [["C"], "Close it (with the grace of delayed viewers)"],
  [["T"], "30 seconds more, or a countdown of 30 seconds"],
  [["R"], "Reveal or hide its result"],
  [["S"], "Show it on stage, or go back to the segment"],
  [["A"], "Add an option to it"],
  [["N"], "New poll"],
  [["U"], "Undo"],
  [["Q"], "Questions; P: polls; M: chat"],
  [["T", "Enter"], "Among questions: take up the selected one, or the next; A: the one now is answered; H: hide; I: pin; X: tick to merge"],
  [["/"], "Search the questions"],
  [["F"], "The stage in a window of its own"],
  [["↑", "↓"], "On a handle ⋮⋮: move a segment, a poll or an answer"],
  [["Esc"], "Close a form or a menu"],
  [["?"], "This help"],
];

export function openHelp() {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.getElementById("help"));
  dialog?.showModal();
}

export function help() {
  const close = () => /** @type {HTMLDialogElement} */ (document.getElementById("help")).close();
  const turn = (/** @type {Event} */ event) => {
    const { checked } = fieldOf(event);
    write("salon/keys", checked ? "on" : "off");
    set({ keys: checked });
  };
  return html`
    <dialog id="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>${KEYS.map(([keys, what]) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
      <label class="tick"><input type="checkbox" .checked=${ui.keys} @change=${turn}> Single keys work (off while you type)</label>
      <div class="row"><button type="button" class="main" @click=${close}>Close</button></div>
    </dialog>`;
}

/** @param {number} by */
function select(by) {
  const all = pollsInOrder();
  const at = all.findIndex((poll) => poll.id === selectedPoll()?.id);
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  if (!next) return;
  set({ selected: next.id });
  document.getElementById(`poll-${next.id}`)?.scrollIntoView({ block: "nearest" });
}

/** On or back; in a draft there is nothing to go on from. @param {"next"|"previous"} verb */
function step(verb) {
  const state = store.get.session?.state;
  if (state === "draft") toast("The session has not started: there is nothing to go on from yet.");
  else if (state === "ended") toast("The session has ended. Reopen it to go on.");
  else void act(verb);
}

/** Keys of the question desk. @param {string} key */
function actOnQuestion(key) {
  const one = selectedQuestion();
  const [asking] = parts().asking;
  if (key === "a") return void (asking && act("answered", { question: asking.id }));
  if (key === "t" || key === "Enter") return void takeUp();
  if (!one) return;
  if (key === "x") tick(one);
  if (key === "h") act("hide_question", { question: one.id }, "The question is hidden.");
  if (key === "i") act("pin_question", { question: one.id, pinned: !one.pinned });
}

/** @param {number} by */
function selectQuestion(by) {
  const open = listed();
  if (open.length === 0) return;
  const at = open.findIndex((one) => one.id === ui.question);
  const one = open[Math.max(0, Math.min(open.length - 1, at + by))];
  set({ question: one.id });
  document.getElementById(`question-${one.id}`)?.focus();
}

/** @param {string} key */
function actOn(key) {
  const poll = selectedPoll();
  if (!poll) return;
  const id = { poll: poll.id };
  const isOpen = poll.phase === "open";
  if (key === "o" && !isOpen) act("open_poll", id);
  if (key === "c") act("close_poll", id);
  if (key === "t") act("extend_poll", { ...id, seconds: 30 });
  if (key === "r") act(poll.revealed ? "hide_result" : "reveal", id);
  if (key === "s") act("show", { poll: known().session.on_stage === poll.id ? null : poll.id });
  if (key === "a") document.getElementById(`add-${poll.id}`)?.focus();
}

const TYPING = "input, textarea, select, [contenteditable]";
/** Space and Enter belong to what has the focus, the arrows to what scrolls. */
const PRESSED = "button, a, summary";
const SCROLLED = ".scroll";

/** @param {Element} target */
function escape(target) {
  if (closeMenus()) return true;
  const outside = !target.closest("[data-form]") && target.closest(TYPING);
  if (!ui.form || outside) return false;
  giveUpForm();
  return true;
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    // An open dialog has the keys to itself, and so has whoever composes a character.
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (event.key === "Escape") return void (escape(target) && event.preventDefault());
    if (!ui.keys || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest(TYPING)) return;
    if (/^( |Enter)$/.test(event.key) && target.closest(PRESSED)) return;
    if (/^(Arrow|Page)/.test(event.key) && target.closest(SCROLLED)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const walk = ui.part === "questions" ? selectQuestion : select;
    /** @type {Record<string, () => void>} */
    const selects = { ArrowDown: () => walk(1), j: () => walk(1), ArrowUp: () => walk(-1), k: () => walk(-1) };
    const search = () => {
      set({ tab: "polls", part: "questions" });
      document.getElementById("search")?.focus();
    };
    const show = (/** @type {string} */ part) => () => set({ tab: "polls", part });
    /** @type {Record<string, () => void>} */
    const does = {
      u: () => act("undo"), "?": openHelp, "/": search, q: show("questions"), m: show("chat"),
      f: () => window.open(links.stage, "salon-stage", "popup,width=1280,height=720"),
    };
    if (role !== "moderator") {
      Object.assign(does, {
        ArrowRight: () => step("next"), PageDown: () => step("next"), " ": () => step("next"),
        ArrowLeft: () => step("previous"), PageUp: () => step("previous"),
        n: () => openComposer(), p: show("polls"), ".": () => walkBy(1), ",": () => walkBy(-1),
      });
    }
    const [own, acts] = ui.part === "questions" ? [["t", "a", "h", "i", "x", "Enter"], actOnQuestion] : [["o", "c", "t", "r", "s", "a"], actOn];
    if (ui.part !== "chat") for (const one of own) does[one] = () => acts(one);
    const run = selects[key] ?? does[key];
    if (!run) return;
    event.preventDefault();
    // A key that is held down walks through the polls; nothing else happens twice.
    if (!event.repeat || selects[key]) run();
  });
}
