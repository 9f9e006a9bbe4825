// @ts-check
// The host's hand on a demo: settings and presets, start, pause, stop, and the knobs that turn while it runs.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { makeRun } from "../demo/run.js";
import { percent, settingWords } from "../demo/words.js";
import { act, line, store } from "./desk.js";
import { whole } from "./knobs.js";

/** @typedef {import("protocol").KnobView} Knob */
/** @typedef {import("protocol").RunView} Run */
/** @typedef {import("protocol").SegmentView} Segment */
/** @typedef {import("protocol").SessionView} Session */

/** What is set for the next run, by segment. @type {Map<string, Record<string, number|string>>} */
const drafts = new Map();
/** One drawing for all; a session has one run at a time. @type {ReturnType<typeof makeRun>|null} */
let drawn = null;

/** What is set most often; the rest is folded away. */
const COMMON = new Set(["data", "head", "backbone", "training", "centres", "kernel", "lambda", "epochs", "baseline"]);
/** So few more are not worth folding. */
const FEW = 3;

const STEPS = 60;
const SMALLEST = -4;

/** Sliders go by factors; where the range begins with 0, so does the slider. @param {Knob} knob */
const ends = ({ from = 0, to = 1 }) => [from > 0 ? Math.log10(from) : SMALLEST, Math.log10(to)];

/** @param {Knob} knob @param {number} place from 0 to STEPS */
export function valueAt(knob, place) {
  if (place <= 0) return knob.from ?? 0;
  const [low, high] = ends(knob);
  return Number((10 ** (low + (high - low) * Math.min(1, place / STEPS))).toPrecision(2));
}

/** @param {Knob} knob @param {number} value */
export function placeOf(knob, value) {
  if (value <= (knob.from ?? 0)) return 0;
  const [low, high] = ends(knob);
  return Math.max(1, Math.round((Math.log10(value) - low) / (high - low) * STEPS));
}

/** The segment whose demo is in front: the current one, or the one that runs. @param {Session} session */
function demoSegment(session) {
  const demos = session.agenda.filter((one) => one.kind === "demo" && one.demo && one.demo.kind !== "svd");
  const going = session.runs?.find((run) => run.state === "running" || run.state === "paused");
  return demos.find((one) => one.id === session.current) ?? demos.find((one) => one.id === going?.segment);
}

/** @param {Session} session */
export function demoCard(session) {
  const segment = demoSegment(session);
  if (!segment) return nothing;
  const run = session.runs?.find((one) => one.segment === segment.id);
  const goesOn = run?.state === "running" || run?.state === "paused";
  if (run) {
    drawn ??= makeRun({ place: "desk", code: session.code, inspect: (message) => line.ask({ type: "inspect", ...message }) });
    drawn.node.dataset.narrow = "";
    drawn.update(run, store.get.run);
  }
  const on = (/** @type {"pause_run"|"resume_run"|"stop_run"|"reset_run"} */ verb) => () => act(verb, { segment: segment.id });
  return html`
    <article class="poll demo-card" aria-labelledby="demo-title">
      <h3 id="demo-title" tabindex="-1" dir="auto">${segment.title}</h3>
      ${run && run.failed ? html`<p class="error">${run.failed}</p>` : nothing}
      <div class="row">
        ${goesOn ? html`
          ${run.state === "paused"
            ? html`<button type="button" class="main" @click=${on("resume_run")}>Go on</button>`
            : html`<button type="button" class="main" @click=${on("pause_run")}>Pause</button>`}
          <button type="button" @click=${on("stop_run")}>Stop</button>` : nothing}
        ${run && !goesOn ? html`<button type="button" @click=${on("reset_run")}>Clear</button>` : nothing}
      </div>
      ${goesOn && run.played == null ? sliders(segment, run) : nothing}
      ${run ? html`<details class="demo-view" open><summary>What everyone sees</summary>${drawn?.node}</details>` : nothing}
      <details class="demo-settings" ?open=${!run}><summary>${run ? "Start another run" : "Settings"}</summary>${settingsForm(segment, session)}</details>
      ${recordings(segment, session)}
    </article>`;
}

/** @param {Segment} segment @param {Run} run */
function sliders(segment, run) {
  const live = (segment.demo?.knobs ?? []).filter((knob) => knob.live);
  return live.map((knob) => {
    const value = run.settings[knob.name];
    const words = (/** @type {Event} */ event) => {
      const slider = /** @type {HTMLInputElement} */ (event.currentTarget);
      const shown = String(valueAt(knob, Number(slider.value)));
      slider.setAttribute("aria-valuetext", shown);
      const output = slider.parentElement?.querySelector("output");
      if (output) output.textContent = shown;
    };
    const turn = (/** @type {Event} */ event) => act("turn_knobs", {
      segment: segment.id, settings: { [knob.name]: valueAt(knob, Number(/** @type {HTMLInputElement} */ (event.currentTarget).value)) },
    });
    return html`<label class="knob"><span>${knob.label} <output .textContent=${String(value)}></output></span>
      <input type="range" min="0" max=${STEPS} step="1" .value=${String(placeOf(knob, Number(value)))} aria-valuetext=${String(value)} @input=${words} @change=${turn}></label>`;
  });
}

/** @param {Segment} segment @param {Session} session */
function settingsForm(segment, session) {
  if (!segment.demo) return nothing;
  const { knobs, presets, settings } = whole(segment.demo);
  const draft = drafts.get(segment.id) ?? {};
  const value = (/** @type {Knob} */ knob) => draft[knob.name] ?? settings[knob.name];
  const change = (/** @type {Knob} */ knob) => (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    const set = knob.kind === "choice" ? field.value.trim() : Number(field.value);
    drafts.set(segment.id, { ...drafts.get(segment.id), [knob.name]: set });
  };
  const preset = (/** @type {import("protocol").PresetView} */ one) => {
    drafts.set(segment.id, { ...one.settings });
    return act("start_run", { segment: segment.id, settings: one.settings });
  };
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    return act("start_run", { segment: segment.id, settings: drafts.get(segment.id) ?? {} });
  };
  // A field that is folded away could not be told to be wrong.
  const unfold = (/** @type {Event} */ event) => {
    const folded = /** @type {Element} */ (event.currentTarget).closest("details");
    if (folded) folded.open = true;
  };
  const list = (/** @type {Knob} */ knob) => `words-${segment.id}-${knob.name}`;
  const field = (/** @type {Knob} */ knob) => html`<label>${knob.label} ${knob.or_folder
    ? html`<input type="text" required autocomplete="off" spellcheck="false" list=${list(knob)} title="A set of the program, or the name of a folder within its data folder" .value=${String(value(knob))} @change=${change(knob)} @invalid=${unfold}>
      <datalist id=${list(knob)}>${(knob.words ?? []).map((/** @type {string} */ word) => html`<option value=${word}></option>`)}</datalist>`
    : knob.kind === "choice"
    ? html`<select @change=${change(knob)}>${(knob.words ?? []).map((/** @type {string} */ word) => html`<option value=${word} .selected=${value(knob) === word}>${word.replaceAll("_", " ")}</option>`)}</select>`
    : html`<input type="number" required min=${knob.from} max=${knob.to} step=${knob.kind === "count" ? 1 : "any"} .value=${String(value(knob))} @change=${change(knob)} @invalid=${unfold}>`}</label>`;
  const [first, more] = foldedKnobs(knobs);
  return html`
    ${session.state === "live" ? nothing : html`<p class="hint">Start the session first: nobody could see it.</p>`}
    <form class="form demo-form" @submit=${send} aria-label="Settings of the next run">
      <div class="knobs">${first.map(field)}</div>
      ${more.length ? html`<details class="more-knobs"><summary>More settings (${more.length})</summary><div class="knobs">${more.map(field)}</div></details>` : nothing}
      <div class="row"><button class="main">Start</button></div>
    </form>
    <p class="small">Or start with one of these:</p>
    <div class="row presets">${presets.map((one) => html`<button type="button" @click=${() => preset(one)}>${one.label}</button>`)}</div>`;
}

/** Knobs to be seen at once, and those that are folded away. @param {Knob[]} knobs @returns {[Knob[], Knob[]]} */
export function foldedKnobs(knobs) {
  const more = knobs.filter(({ name }) => !COMMON.has(name));
  return more.length <= FEW || more.length === knobs.length ? [knobs, []] : [knobs.filter(({ name }) => COMMON.has(name)), more];
}

/** Runs of this segment that were recorded, to be played back where a live one would be too daring. @param {Segment} segment @param {Session} session */
function recordings(segment, session) {
  const all = (session.recordings ?? []).filter((one) => one.segment === segment.id);
  if (!all.length) return nothing;
  return html`
    <details class="demo-recordings"><summary>Recorded runs (${all.length})</summary>
      <ul class="ways">${all.map((one) => {
        const test = one.results?.["test accuracy"];
        return html`<li><span><b>Run ${one.number}</b> <span class="soft">${settingWords(one)}${test == null ? "" : `, ${percent(test)} of test images right`}</span></span>
          <button type="button" @click=${() => act("play_run", { segment: segment.id, number: one.number })}>Play back<span class="sr-only"> run ${one.number}</span></button></li>`;
      })}</ul>
    </details>`;
}
