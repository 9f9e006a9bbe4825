// @ts-check
// "Can you see and hear?": one tap, for as long as the check runs for this viewer.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { announce, ask, serverNow, set } from "./main.js";
import { asIs, text } from "./text.js";

/** @typedef {import("protocol").RoomView} Room */

/** @type {[string, boolean, boolean][]} */
const ANSWERS = [["Both fine", true, true], ["I only see", true, false], ["I only hear", false, true], ["Neither", false, false]];

/** @param {Room} room @param {() => number} delay Seconds. */
export function signalCard(room, delay) {
  const { signal } = room;
  if (!signal) return nothing;
  const left = signal.until + delay() * 1000 - serverNow();
  if (left <= 0) return nothing;
  const mine = room.own?.signal?.check === signal.check ? room.own.signal : null;
  /** @param {boolean} sees @param {boolean} hears */
  const answer = (sees, hears) => ask({ type: "signal", check: signal.check, sees, hears }, (m) => {
    if (m.type === "heard") {
      if (room.own) room.own.signal = { check: signal.check, sees, hears };
      announce("Thank you.");
    } else if (m.type === "refused") {
      announce(m.why);
    }
    set();
  });
  return html`
    <section class="card signal" aria-labelledby="signal-title">
      <h2 id="signal-title">Can you see the slides and hear the speaker?</h2>
      <div class="signal-row">${ANSWERS.map(([words, sees, hears]) => html`
        <button type="button" aria-pressed=${Boolean(mine && mine.sees === sees && mine.hears === hears)} @click=${() => answer(sees, hears)} .textContent=${words}></button>`)}</div>
      <p class="hint">${text(mine ? "Thank you; you can change it" : "One tap is enough")} · ${asIs(`${Math.ceil(left / 1000)} s`)}</p>
    </section>`;
}
