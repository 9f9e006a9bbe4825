// @ts-check
// In step with a delayed stream: how many seconds behind this viewer is, as the link says or as they have set it by the
// clock that the stage shows. The core holds what the server says back for so long.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { read, write } from "../device.js";
import { clockText, snapped } from "./words.js";

/**
 * @param {import("audience").Known} my What the core knows.
 * @param {{paint: () => void, inRange: (seconds: number) => number}} page
 */
export function makeStep(my, { paint, inRange }) {
  const shelf = `${my.shelf}/delay`;
  let open = false;
  const channel = () => my.snap.session.channels.find((one) => one.id === my.via);
  /** @type {number|null} */
  let own = null;
  const held = read(shelf);
  if (held !== null && Number.isFinite(Number(held))) own = inRange(Number(held));
  const seconds = () => own ?? channel()?.delay_seconds ?? 0;
  /** The host may change a channel's delay while the session runs. */
  const follow = () => { my.late = seconds() * 1000; };
  follow();

  /** @param {number} to */
  function set(to) {
    own = inRange(to);
    write(shelf, String(own));
    my.late = own * 1000;
    tell();
    paint();
  }

  let ticking = 0;
  /** Paints at each full second: a clock to compare with must not change late. */
  function tick() {
    clearTimeout(ticking);
    paint();
    if (open) ticking = Number(setTimeout(tick, 1005 - ((now() - seconds() * 1000) % 1000)));
  }

  function tell() {
    if (my.live) my.send({ type: "in_step", delay_seconds: Math.round(seconds()) });
  }

  const now = () => my.now();
  /** @param {number} by @param {string} sign */
  const button = (by, sign) => html`<button type="button" @click=${() => set(Math.round(seconds()) + by)}>${sign}${Math.abs(by)} s</button>`;

  function control() {
    const at = now() - seconds() * 1000;
    return html`
      <div class="step-clock"><span class="dot" ?data-flash=${Math.floor(at / 1000) % 10 === 0}></span>
        <output aria-live="off" translate="no" .textContent=${clockText(at)}></output></div>
      <p>Make this clock read like the “stream clock” on the stage that you see. Votes, questions and results then come when your stream shows them.</p>
      <div class="step-row">${button(-5, "−")}${button(-1, "−")}<span><b translate="no" .textContent=${`${Math.round(seconds())} s`}></b> <span>behind</span></span>${button(1, "+")}${button(5, "+")}</div>
      <p><button type="button" @click=${() => set(Math.round(snapped(now(), seconds())))}>Press when the stage’s dot flashes</button></p>
      <p class="hint">It flashes every ten seconds. Not behind at all? <button type="button" class="quiet" @click=${() => set(0)}>Set to 0</button></p>`;
  }

  return {
    seconds,
    tell,
    follow,
    /** Nothing where nobody watches a stream: then the stage shows no clock either. */
    view: () => (seconds() === 0 && own === null && my.snap.session.channels.every((one) => one.delay_seconds === 0) ? nothing : html`
      <details class="step" ?open=${open} @toggle=${(/** @type {Event} */ event) => { open = /** @type {HTMLDetailsElement} */ (event.target).open; tick(); }}>
        <summary .textContent=${seconds() ? `You watch ${Math.round(seconds())} s behind` : "Watching a stream with a delay?"}></summary>
        ${open ? control() : nothing}
      </details>`),
  };
}
