// @ts-check
// One poll on the host's desk: its life, its options with the live count, and what can be done about them.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { compose } from "./compose.js";
import { act, fields, plural, set, span, store, ui, selectedPoll } from "./desk.js";
import { options } from "./options.js";
import { result } from "./result.js";

const KINDS = { single: "One choice", multiple: "Several choices", yes_no: "Yes or no", prediction: "Prediction" };

/** Seconds left of the countdown for a viewer without delay; null without one. @param {any} poll */
const secondsLeft = (poll) => (poll.phase === "open" && poll.closes_at ? poll.closes_at - store.serverNow() : null);

/** @param {any} poll @param {any} session */
export function pollCard(poll, session) {
  const selected = selectedPoll()?.id === poll.id;
  const onStage = session.on_stage === poll.id;
  if (ui.form?.form === "draft" && ui.form.id === poll.id) return compose(session, poll);
  return html`
    <article class="card poll" id="poll-${poll.id}" data-phase=${poll.phase} aria-current=${selected ? "true" : nothing}
      aria-labelledby="q-${poll.id}" @pointerdown=${() => ui.selected !== poll.id && set({ selected: poll.id })}
      @focusin=${() => ui.selected !== poll.id && set({ selected: poll.id })}>
      <p class="meta"><span class="phase" data-phase=${poll.phase}>${phaseWords(poll)}</span>
        <span>${KINDS[/** @type {keyof KINDS} */ (poll.kind)]}</span>
        ${poll.revealed ? html`<span class="shown">${poll.live_results && !poll.tally?.final ? "Result visible" : "Revealed"}</span>` : nothing}
        ${onStage ? html`<span class="shown">On stage</span>` : nothing}</p>
      <h3 id="q-${poll.id}" dir="auto">${poll.question}</h3>
      ${poll.phase === "draft" ? draft(poll) : html`${life(poll, onStage)}${options(poll)}${addOption(poll)}${result(poll, session)}${resolve(poll)}`}
    </article>`;
}

/** @param {any} poll */
function phaseWords(poll) {
  const left = secondsLeft(poll);
  if (poll.phase === "open") return left === null ? "Open" : `Open, ${span(left)} left`;
  if (poll.phase === "closing") return `Closing: delayed viewers have ${span(poll.final_at - store.serverNow())}`;
  return poll.phase === "draft" ? "Draft" : "Closed";
}

/** @param {any} poll */
function draft(poll) {
  const open = (/** @type {number|null} */ seconds) => act("open_poll", { poll: poll.id, seconds });
  return html`
    <ul class="plain-options">${poll.options.map((/** @type {any} */ option) => html`<li dir="auto">${option.label}</li>`)}
      ${poll.write_in ? html`<li class="soft">Something else: …</li>` : nothing}</ul>
    <div class="row">
      <button type="button" class="main" @click=${() => open(null)}>Open${poll.seconds ? ` (${poll.seconds} s)` : ""} <kbd>O</kbd></button>
      ${[30, 60, 120].map((seconds) => html`<button type="button" @click=${() => open(seconds)}>${seconds} s<span class="sr-only"> countdown</span></button>`)}
      <button type="button" class="quiet" @click=${() => set({ form: { form: "draft", id: poll.id } })}>Edit</button>
      <button type="button" class="quiet" @click=${() => act("remove_poll", { poll: poll.id })}>Remove</button>
    </div>`;
}

/** @param {any} poll @param {boolean} onStage */
function life(poll, onStage) {
  const id = { poll: poll.id };
  return html`
    <p class="voters"><b>${poll.voters}</b> ${poll.voters === 1 ? "voter" : "voters"}
      ${poll.tally && poll.tally.picks > poll.voters ? html`<span class="soft">· ${plural(poll.tally.picks, "pick")}</span>` : nothing}
      ${poll.tally?.final ? html`<span class="soft">· final</span>` : nothing}</p>
    <div class="row">
      ${poll.phase === "open" ? html`
        <button type="button" @click=${() => act("close_poll", id)}>Close <kbd>C</kbd></button>
        <button type="button" @click=${() => act("extend_poll", { ...id, seconds: 30 })}>${poll.closes_at ? "+30 s" : "30 s left"} <kbd>T</kbd></button>` : nothing}
      ${poll.phase === "closing" ? html`<button type="button" @click=${() => act("close_poll", { ...id, now: true })}>Close now for everyone</button>` : nothing}
      ${poll.phase === "closed" || poll.phase === "closing" ? html`<button type="button" @click=${() => act("open_poll", id)}>Reopen <kbd>O</kbd></button>` : nothing}
      ${poll.revealed
        ? html`<button type="button" ?disabled=${poll.live_results} title=${poll.live_results ? "This poll shows its result from the start" : ""} @click=${() => act("hide_result", id)}>Hide result <kbd>R</kbd></button>`
        : html`<button type="button" class="main" @click=${() => act("reveal", id)}>Reveal <kbd>R</kbd></button>`}
      ${onStage
        ? html`<button type="button" @click=${() => act("show", { poll: null })}>Back to the segment <kbd>S</kbd></button>`
        : html`<button type="button" @click=${() => act("show", id)}>Show on stage <kbd>S</kbd></button>`}
    </div>`;
}

/** @param {any} poll */
function addOption(poll) {
  if (poll.kind !== "single" && poll.kind !== "multiple") return nothing;
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { form, text } = fields(event);
    if (await act("add_option", { poll: poll.id, label: text("label") })) form.reset();
  };
  return html`
    <form class="row add-option" @submit=${send}>
      <label class="sr-only" for="add-${poll.id}">Add an option</label>
      <input id="add-${poll.id}" name="label" maxlength="120" required placeholder="Forgotten option (A)" autocomplete="off">
      <button>Add option</button>
    </form>`;
}

/** @param {any} poll */
function resolve(poll) {
  if (poll.kind !== "prediction" || poll.phase !== "closed") return nothing;
  const id = { poll: poll.id };
  if (poll.resolution) {
    const words = { yes: "It happened.", no: "It did not happen.", annulled: "Annulled: nobody is scored." };
    return html`<div class="row resolution"><p><b>${words[/** @type {keyof words} */ (poll.resolution.outcome)]}</b> <span dir="auto">${poll.resolution.note}</span></p>
      <button type="button" class="quiet" @click=${() => act("unresolve", id)}>Take back</button></div>`;
  }
  /** @param {SubmitEvent} event */
  const send = (event) => {
    const { text } = fields(event);
    const outcome = /** @type {HTMLButtonElement} */ (event.submitter).value;
    act("resolve", { ...id, outcome, note: text("note") });
  };
  return html`
    <form class="form resolution" @submit=${send}>
      <label>How did it come out? A note or a source, if you like <input name="note" maxlength="2000"></label>
      <div class="row"><button value="yes">It happened</button><button value="no">It did not</button><button class="quiet" value="annulled">Annul</button></div>
    </form>`;
}
