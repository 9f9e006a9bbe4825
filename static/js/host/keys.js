// @ts-check
// Everything by keyboard. Keys are off while typing and with a modifier, and can be turned off for good.

import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { openComposer } from "./compose.js";
import { act, links, pollsInOrder, selectedPoll, set, store, ui, write } from "./desk.js";

const KEYS = [
  ["→ Page Down Space", "Next segment"],
  ["← Page Up", "Previous segment"],
  ["J K ↓ ↑", "Select the next or previous poll"],
  ["O", "Open or reopen the selected poll"],
  ["C", "Close it (with the grace of delayed viewers)"],
  ["T", "30 seconds more, or a countdown of 30 seconds"],
  ["R", "Reveal or hide its result"],
  ["S", "Show it on stage, or go back to the segment"],
  ["A", "Add an option to it"],
  ["N", "New poll"],
  ["U", "Undo"],
  ["F", "Open the stage in a window"],
  ["?", "This help"],
];

export function openHelp() {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.getElementById("help"));
  dialog?.showModal();
}

export function help() {
  const close = () => /** @type {HTMLDialogElement} */ (document.getElementById("help")).close();
  const turn = (/** @type {any} */ event) => {
    write("salon/keys", event.target.checked ? "on" : "off");
    set({ keys: event.target.checked });
  };
  return html`
    <dialog id="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>${KEYS.map(([keys, what]) => html`<div><dt>${keys.split(" ").map((key) => html`<kbd>${key.replace("Page", "Page ")}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
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
  if (key === "s") act("show", { poll: store.get.session.on_stage === poll.id ? null : poll.id });
  if (key === "a") document.getElementById(`add-${poll.id}`)?.focus();
}

const TYPING = "input, textarea, select, [contenteditable], dialog";

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ui.form) return set({ form: null });
    if (!ui.keys || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest(TYPING)) return;
    // Space and Enter belong to what has the focus.
    if (event.key === " " && target.closest("button, a, summary")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const does = {
      ArrowRight: () => act("next"), PageDown: () => act("next"), " ": () => act("next"),
      ArrowLeft: () => act("previous"), PageUp: () => act("previous"),
      ArrowDown: () => select(1), j: () => select(1), ArrowUp: () => select(-1), k: () => select(-1),
      n: openComposer, u: () => act("undo"), "?": openHelp,
      f: () => window.open(links.stage, "salon-stage", "popup,width=1280,height=720"),
    }[key];
    if (does) does();
    else if ("octrsa".includes(key) && key.length === 1) actOn(key);
    else return;
    event.preventDefault();
  });
}
