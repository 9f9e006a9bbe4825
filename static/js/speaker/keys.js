// @ts-check
// Everything by keyboard or clicker, and how the page looks on this device: theme, large type, full screen.
import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { makeTheme, write } from "../device.js";
import { answered, backToQueue, checkSignal, set, takeUpNext, ui, undo } from "./room.js";

export const theme = makeTheme("salon/speaker-theme");
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

const dialog = () => /** @type {HTMLDialogElement} */ (document.getElementById("help"));
export const openHelp = () => dialog().showModal();

export function help() {
  const turn = (/** @type {Event} */ event) => {
    const { checked } = /** @type {HTMLInputElement} */ (event.target);
    write("salon/speaker-keys", checked ? "on" : "off");
    set({ keys: checked });
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
  l: turnLarge, d: theme.turn, f: turnFullscreen, "?": openHelp,
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
