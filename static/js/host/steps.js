// @ts-check
// A poll of a walkthrough may be about one of its steps: the answers are drawn in that step's picture.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { words } from "./knobs.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

/** @param {{segment?: string}} form @param {Session} session @param {Poll} [draft] */
export function stepField(form, session, draft) {
  const home = session.agenda.find((one) => one.id === form.segment);
  const steps = home?.demo?.kind === "svd" ? home.demo.knobs?.find((knob) => knob.name === "step")?.words : null;
  if (!steps) return nothing;
  return html`<label>Draw its answers in the picture of the step <select name="step"><option value="">none</option>
    ${steps.map((/** @type {string} */ step) => html`<option value=${step} ?selected=${draft?.step === step}>${words(step)}</option>`)}</select></label>`;
}
