// @ts-check
// One poll on the host's desk: its life, its options with the live count, and what can be done about them.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { compose, openDraft } from "./compose.js";
import { act, fields, plural, selectedPoll, set, span, store, ui } from "./desk.js";
import { options } from "./options.js";
import { lookAt, phone } from "./preview.js";
import { course, result } from "./result.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

const KINDS = { single: "One choice", multiple: "Several choices", yes_no: "Yes or no", prediction: "Prediction", number: "Number" };

/** Seconds left of the countdown for a viewer without delay; null without one. @param {Poll} poll */
const secondsLeft = (poll) => (poll.phase === "open" && poll.closes_at ? poll.closes_at - store.serverNow() : null);

/** @param {Poll} poll @param {Session} session */
export function pollCard(poll, session) {
  const selected = selectedPoll()?.id === poll.id;
  const onStage = session.on_stage === poll.id;
  const elsewhere = session.state !== "draft" && poll.segment !== session.current && session.agenda.find((segment) => segment.id === poll.segment);
  if (ui.form?.form === "draft" && ui.form.id === poll.id) return compose(session, poll);
  return html`
    <article class="card poll" id="poll-${poll.id}" tabindex="-1" data-phase=${poll.phase} aria-current=${selected ? "true" : nothing}
      aria-labelledby="q-${poll.id}" @pointerdown=${() => ui.selected !== poll.id && set({ selected: poll.id })}
      @focusin=${() => ui.selected !== poll.id && set({ selected: poll.id })}>
      <p class="meta"><span class="phase" data-phase=${poll.phase}>${phaseWords(poll)}</span>
        <span>${KINDS[/** @type {keyof typeof KINDS} */ (poll.kind)]}</span>
        ${poll.revealed ? html`<span class="shown">${poll.live_results && !poll.tally?.final ? "Result visible" : "Revealed"}</span>` : nothing}
        ${onStage ? html`<span class="shown">On stage</span>` : nothing}
        ${elsewhere ? html`<span dir="auto">${elsewhere.title}</span>` : nothing}</p>
      <h3 id="q-${poll.id}" dir="auto">${poll.question}</h3>
      ${starts(poll, session)}
      ${poll.phase === "draft" ? draft(poll) : html`${life(poll, onStage, session)}${options(poll)}${addOption(poll)}${result(poll, session)}${resolve(poll)}`}
    </article>`;
}

/** @param {Poll} poll */
function phaseWords(poll) {
  const left = secondsLeft(poll);
  if (poll.phase === "open") return left === null ? "Open" : `Open, ${span(left)} left`;
  if (poll.phase === "closing") return `Closing: delayed viewers have ${span((poll.final_at ?? 0) - store.serverNow())}`;
  return poll.phase === "draft" ? "Draft" : "Closed";
}

/** What its answer sets going, as long as it has not. @param {Poll} poll @param {Session} session */
function starts(poll, session) {
  const segment = session.agenda.find((one) => one.id === poll.steers?.segment);
  if (!segment || poll.phase === "closed") return nothing;
  return html`<p class="soft" dir="auto">${segment.demo?.kind === "svd"
    ? html`When it closes, the result is revealed and the step that wins is shown in “${segment.title}”.`
    : html`When it closes, the result is revealed and what wins starts in “${segment.title}”.`}</p>`;
}

/** @param {Poll} poll */
function draft(poll) {
  const open = (/** @type {number|null} */ seconds) => act("open_poll", { poll: poll.id, seconds });
  const remove = () => act("remove_poll", { poll: poll.id }, `The draft “${poll.question}” is removed.`);
  return html`
    <ul class="plain-options" data-marks=${poll.max === 1 ? "one" : "several"}>${poll.options.map((option) => html`<li dir="auto">${option.label}</li>`)}
      ${poll.write_in ? html`<li class="soft">Something else: …</li>` : nothing}
      ${poll.range ? html`<li class="soft unmarked">A whole number from ${poll.range.from} to ${poll.range.to}</li>` : nothing}</ul>
    <div class="row">
      <button type="button" class="main" @click=${() => open(null)}>Open${poll.seconds ? ` (${poll.seconds} s)` : ""} <kbd>O</kbd></button>
      ${countdown("Countdown", open)}
      <button type="button" class="quiet" @click=${() => openDraft(poll)}>Edit</button>
      <button type="button" class="quiet" aria-pressed=${ui.preview === poll.id} @click=${() => lookAt(poll)}>Preview</button>
      <button type="button" class="quiet" @click=${remove}>Remove</button>
    </div>
    ${ui.preview === poll.id ? phone("inline", poll.id) : nothing}`;
}

/** A menu of usual times, and one's own. @param {string} words @param {(seconds: number) => Promise<boolean>} start */
function countdown(words, start) {
  /** @param {SubmitEvent} event */
  const own = async (event) => {
    const { form, number } = fields(event);
    if (!await start(number("seconds") ?? 0)) return;
    form.reset();
    /** @type {HTMLDetailsElement} */ (form.closest("details")).open = false;
  };
  return html`
    <details class="more times"><summary>${words} ▾</summary><div class="row">
      ${[30, 60, 120].map((seconds) => html`<button type="button" @click=${() => start(seconds)}>${seconds} s</button>`)}
      <form class="row" @submit=${own}>
        <input name="seconds" type="number" min="1" max="86400" required inputmode="numeric" aria-label="Seconds of your own" placeholder="seconds">
        <button data-stay>Go</button>
      </form>
    </div></details>`;
}

/** @param {Poll} poll @param {boolean} onStage @param {Session} session */
function life(poll, onStage, session) {
  const id = { poll: poll.id };
  const delayed = session.channels.some((channel) => channel.delay_seconds > 0);
  const extend = (/** @type {number} */ seconds) => act("extend_poll", { ...id, seconds });
  const reopen = (/** @type {number} */ seconds) => act("open_poll", { ...id, seconds });
  const closeNow = () => act("close_poll", { ...id, now: true });
  const turnResult = () => act(poll.revealed ? "hide_result" : "reveal", id);
  const { history = [] } = poll.tally ?? {};
  const turnStage = () => act("show", { poll: onStage ? null : poll.id });
  return html`
    <div class="row voters-row">
      <p class="voters"><b>${poll.voters}</b> ${poll.voters === 1 ? "voter" : "voters"}
        ${poll.tally && poll.tally.picks > poll.tally.voters ? html`<span class="soft">· ${plural(poll.tally.picks, "pick")}</span>` : nothing}
        ${poll.tally?.final ? html`<span class="soft">· final</span>` : nothing}</p>
      ${history.length > 2 ? course(history) : nothing}
    </div>
    <div class="row">
      ${poll.phase === "open" ? html`
        <button type="button" class=${poll.revealed ? "" : "main"} @click=${() => act("close_poll", id)}>Close <kbd>C</kbd></button>
        ${delayed ? html`<button type="button" title="Delayed viewers may not vote any more either" @click=${closeNow}>Close now</button>` : nothing}
        <button type="button" @click=${() => extend(30)}>${poll.closes_at ? "+30 s" : "Close in 30 s"} <kbd>T</kbd></button>
        ${countdown(poll.closes_at ? "More" : "Countdown", extend)}` : nothing}
      ${poll.phase === "closing" ? html`<button type="button" @click=${closeNow}>Close now for everyone</button>` : nothing}
      ${poll.phase === "closed" || poll.phase === "closing" ? html`
        <button type="button" @click=${() => act("open_poll", id)}>Reopen <kbd>O</kbd></button>
        ${countdown("Reopen for", reopen)}` : nothing}
      <button type="button" class=${poll.revealed || poll.phase === "open" ? "" : "main"} ?disabled=${poll.revealed && poll.live_results}
        title=${poll.revealed && poll.live_results ? "This poll shows its result from the start" : nothing}
        @click=${turnResult}>${poll.revealed ? "Hide result" : poll.phase === "open" ? "Reveal, voting goes on" : "Reveal"} <kbd>R</kbd></button>
      <button type="button" @click=${turnStage}>${onStage ? "Back to the segment" : "Show on stage"} <kbd>S</kbd></button>
    </div>`;
}

/** @param {Poll} poll */
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

/** @param {Poll} poll */
function resolve(poll) {
  if (poll.kind !== "prediction" || poll.phase !== "closed") return nothing;
  const id = { poll: poll.id };
  if (poll.resolution) {
    const words = { yes: "It happened.", no: "It did not happen.", annulled: "Annulled: nobody is scored." };
    return html`<div class="row resolution"><p><b>${words[/** @type {keyof typeof words} */ (poll.resolution.outcome)]}</b> <span dir="auto">${poll.resolution.note}</span></p>
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
