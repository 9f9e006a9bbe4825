// @ts-check
// The panel in which a viewer looks at one image, centre or prototype, picks another, or draws one.
import { html, nothing, render } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { h } from "../stage/dom.js";
import { makeDrawPad } from "./draw_pad.js";
import { NONE } from "./picture.js";
import { said, sampleWords } from "./said.js";
import { centreName, className } from "./words.js";

/** @typedef {import("protocol").RunView} Run */
/** @typedef {Record<string, import("protocol").SettingSpec>} Settings */

/** @typedef {import("./marks.js").What} What */
/** @typedef {import("./looking.js").Looked} Looked */

/** Data whose images can be drawn by hand on 28 × 28 cells. */
const DRAWABLE = ["digits", "fashion"];

/** @param {{what: What|null}} looked @param {string[]} classes @param {(centre: number) => number|null} owner */
export function titleOf({ what }, classes, owner) {
  if (!what) return "Look at";
  if ("point" in what) return `Image ${what.point}`;
  if ("centre" in what) return centreName(classes, what.centre, owner(what.centre));
  if ("prototype" in what) return `Prototype of ${className(classes, what.prototype)}`;
  return "Your drawing";
}

/** Whether images of this data can be drawn by hand. @param {Settings} settings */
export const canDraw = (settings) => DRAWABLE.includes(String(settings.data));

/** @param {{look: (what: What) => void, around: (centre: number) => void, close: () => void}} page */
export function makeLook({ look, around, close }) {
  const node = h("section.look", { "aria-label": "Looked at", hidden: true });
  const pad = makeDrawPad((drawn) => look({ drawn }));
  // Keys that a page has for itself are letters in a field here.
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.target instanceof Element && event.target.closest("input, select")) event.stopPropagation();
  });

  /** @param {What|null} what @param {import("./picture.js").Picture} picture @param {string[]} classes @param {(centre: number) => number|null} owner */
  function form(what, picture, classes, owner) {
    const at = what && "point" in what ? what.point : null;
    const to = (/** @type {number} */ point) => look({ point: (point + picture.n) % picture.n });
    const chosen = (/** @type {"centre"|"prototype"} */ kind) => (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
      if (value !== "") look(/** @type {What} */ ({ [kind]: Number(value) }));
    };
    const options = (/** @type {number} */ n, /** @type {number|null} */ selected, /** @type {(i: number) => string} */ name) => html`
      <option value="" .selected=${selected === null}>–</option>${Array.from({ length: n }, (_, i) => html`<option value=${i} .selected=${i === selected}>${name(i)}</option>`)}`;
    const typed = (/** @type {Event} */ event) => {
      const field = /** @type {HTMLInputElement} */ (event.currentTarget);
      if (field.value !== "" && field.validity.valid) look({ point: Number(field.value) });
    };
    return html`
      <form class="look-form" aria-label="Look at" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <div class="look-image"><label>Image <input type="number" min="0" max=${picture.n - 1} inputmode="numeric" .value=${at === null ? "" : String(at)} @change=${typed}></label>
          <button type="button" aria-label="Previous image" @click=${() => to((at ?? 0) - 1)}>‹</button>
          <button type="button" aria-label="Next image" @click=${() => to((at ?? -1) + 1)}>›</button></div>
        ${picture.k ? html`<label>Centre <select @change=${chosen("centre")}>${options(picture.k, what && "centre" in what ? what.centre : null, (i) => centreName(classes, i, owner(i)))}</select></label>` : nothing}
        ${picture.prototypes.length ? html`<label>Prototype <select @change=${chosen("prototype")}>${options(picture.prototypes.length / 2, what && "prototype" in what ? what.prototype : null, (i) => className(classes, i))}</select></label>` : nothing}
      </form>`;
  }

  /** @param {Looked} looked @param {string[]} classes */
  function status({ answer, waiting, why }, classes) {
    if (why) return why;
    if (waiting && !answer) return "Asking…";
    return answer?.sample ? sampleWords({ classes }, answer.sample) : "";
  }

  return {
    node,
    /**
     * @param {Looked} looked @param {import("./picture.js").Picture|null} picture The newest. @param {Run} run
     * @param {string[]} classes @param {{past: boolean, drawing: boolean}} how
     */
    update(looked, picture, run, classes, { past, drawing }) {
      const { what, answer } = looked;
      const owner = (/** @type {number} */ centre) => picture && picture.owners[centre] !== NONE ? picture.owners[centre] ?? null : null;
      const page = { classes, owner, look, around };
      const old = answer && picture && picture.step > answer.step;
      pad.update(run.settings);
      render(html`
        <header class="look-head"><h3 tabindex="-1">${titleOf(looked, classes, owner)}</h3>
          <button type="button" @click=${close}>Close</button></header>
        ${!picture ? html`<p>There is no picture yet.</p>` : drawing && canDraw(run.settings) ? pad.node : form(what, picture, classes, owner)}
        ${picture && !what && !drawing ? html`<p class="look-line">Tap a point of the picture, or choose here.</p>` : nothing}
        <p class=${looked.why ? "look-status bad" : "look-status"} role="status">${status(looked, classes)}</p>
        ${answer && what ? html`<div class="look-body" aria-busy=${looked.waiting}>${said(page, answer, what)}
          <p class="look-line look-when">As the network was at step ${answer.step}${past ? ", not as it was in the picture that the film shows" : ""}.
            ${old ? html`<button type="button" @click=${() => look(what)}>Look again</button>` : nothing}</p></div>` : nothing}`, node);
    },
    /** Where the keyboard goes on once the panel is open. */
    focus: () => /** @type {HTMLElement|null} */ (node.querySelector("h3"))?.focus(),
  };
}
