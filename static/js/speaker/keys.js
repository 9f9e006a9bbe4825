// @ts-check
// Everything by keyboard or clicker, and how the page looks on this device: theme, large type, full screen.
import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { answered, backToQueue, checkSignal, read, set, takeUpNext, ui, undo, write } from "./room.js";

const THEME = "salon/speaker-theme";
const root = document.documentElement;

/** @type {[string[], string][]} */
const KEYS = [
  [["N", "→", "Page Down"], "Take up the next question; the one before is answered with that. A clicker does it too"],
  [["A"], "Answered: nothing is asked any more"],
  [["B"], "Back to the queue, unanswered"],
  [["S"], "Ask whether everyone can see and hear"],
  [["U"], "Undo what you did last"],
  [["L"], "Large type on and off"],
  [["D"], "Dark or light"],
  [["F"], "Full screen on and off"],
  [["?"], "This help"],
];

export function turnTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  write(THEME, root.dataset.theme);
}

export function turnLarge() {
  write("salon/speaker-large", ui.large ? "off" : "on");
  set({ large: !ui.large });
}

export function turnFullscreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.();
  done?.catch(() => { /* Not everywhere allowed; the key then does nothing. */ });
}

/** A telephone cannot fill its screen with a page; the button would do nothing. */
export const canFill = () => Boolean(document.fullscreenEnabled);

/** What was chosen on this device before; otherwise the system's. */
export function restoreTheme() {
  const kept = read(THEME);
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
}

const dialog = () => /** @type {HTMLDialogElement} */ (document.getElementById("help"));
export const openHelp = () => dialog().showModal();

export function help() {
  const turn = (/** @type {any} */ event) => {
    write("salon/speaker-keys", event.target.checked ? "on" : "off");
    set({ keys: event.target.checked });
  };
  return html`
    <dialog id="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>${KEYS.map(([keys, what]) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
      <label class="tick"><input type="checkbox" .checked=${ui.keys} @change=${turn}> Single keys work</label>
      <button type="button" class="main" @click=${() => dialog().close()}>Close</button>
    </dialog>`;
}

const DOES = /** @type {Record<string, () => void>} */ ({
  n: takeUpNext, ArrowRight: takeUpNext, PageDown: takeUpNext, a: answered, b: backToQueue, s: checkSignal, u: undo,
  l: turnLarge, d: turnTheme, f: turnFullscreen, "?": openHelp,
});

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing || !ui.keys) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const run = DOES[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    if (!event.repeat) run();
  });
}
