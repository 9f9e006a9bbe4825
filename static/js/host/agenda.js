// @ts-check
// The agenda as an outline: segments with their clocks and their polls, to go to, put in order, edit and add.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { movePoll, movePollBy, moveSegmentBy, pollsOf } from "./arrange.js";
import { openComposer, openDraft } from "./compose.js";
import { act, fields, openForm, plural, selectPoll, span, store, ui } from "./desk.js";
import { NAMES, segmentForm } from "./segment.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SegmentView} Segment */
/** @typedef {import("protocol").SessionView} Session */

/** @param {Session} session */
export function agenda(session) {
  const editing = ui.form?.form === "segment" ? ui.form.id : undefined;
  const loose = pollsOf(null);
  return html`
    <section class="column agenda" aria-labelledby="agenda-title">
      <div class="row head">
        <h2 id="agenda-title">Agenda</h2>
        ${session.state !== "live" ? nothing : html`<button type="button" @click=${() => act("previous")} aria-label="Previous segment">‹ <kbd>←</kbd></button>
        <button type="button" class="main" @click=${() => act("next")} aria-label="Next segment">Next <kbd>→</kbd></button>`}
      </div>
      ${session.agenda.length === 0 && editing !== null ? html`<p class="empty">No segments yet. A session works without any; add talks, polls, demos and breaks to lead people through it.</p>` : nothing}
      <ol class="segments">
        ${repeat(session.agenda, (segment) => segment.id, (segment, /** @type {number} */ place) => (
          editing === segment.id
            ? html`<li class="segment editing">${segmentForm(session, segment)}</li>`
            : segmentRow(segment, place, session)))}
      </ol>
      ${loose.length ? html`<div class="loose" data-polls-of=""><h3 class="group">Polls of no segment</h3>${outline(loose, session)}</div>` : nothing}
      ${editing === null
        ? segmentForm(session, null)
        : html`<button type="button" id="add-segment" @click=${() => openForm("segment", null, "add-segment")}>Add a segment</button>`}
    </section>`;
}

/** @param {Segment} segment @param {number} place @param {Session} session */
function segmentRow(segment, place, session) {
  const { state } = session;
  const current = state === "live" && segment.id === session.current;
  const row = `segment-${segment.id}`;
  const polls = pollsOf(segment.id);
  const go = () => act("go", { segment: segment.id });
  return html`
    <li class="segment" id=${row} tabindex="-1" data-item="segment" data-id=${segment.id} data-polls-of=${segment.id} aria-current=${current ? "step" : nothing}>
      <button type="button" class="handle" data-stay aria-label="Move ${segment.title}" title="Drag, or press ↑ and ↓">⋮⋮</button>
      <p class="kind">${NAMES[segment.kind]} ${clock(segment, current)}</p>
      ${state !== "live" ? nothing : current && !["poll", "question"].includes(session.shows.scene)
        ? html`<span class="now">Now</span>`
        : html`<button type="button" class="small" @click=${go}>${current ? "Show card" : "Go"}<span class="sr-only"> to ${segment.title}</span></button>`}
      <details class="more"><summary aria-label="More for ${segment.title}">⋯</summary><div class="row">
        <button type="button" @click=${() => openComposer(segment.id)}>New poll here</button>
        <button type="button" data-stay ?disabled=${place === 0} @click=${() => moveSegmentBy(segment.id, -1)}>↑ Move up</button>
        <button type="button" data-stay ?disabled=${place === session.agenda.length - 1} @click=${() => moveSegmentBy(segment.id, 1)}>↓ Move down</button>
        <button type="button" @click=${() => openForm("segment", segment.id, row)}>Edit or rename</button>
        <button type="button" @click=${() => remove(segment, polls)}>Remove</button>
      </div></details>
      <div class="what">
        <p class="name" dir="auto">${segment.title}</p>
        ${segment.speaker ? html`<p class="speaker" dir="auto">${segment.speaker}</p>` : nothing}
        ${segment.kind === "demo" && !segment.demo ? html`<p class="missing">It shows nothing yet. <button type="button" class="inline" @click=${() => openForm("segment", segment.id, row)}>Choose its demo</button></p>` : nothing}
      </div>
      ${polls.length ? outline(polls, session) : nothing}
    </li>`;
}

const PHASES = { draft: "draft", open: "open", closing: "closing", closed: "closed" };

/** The polls of a segment, a line each. @param {Poll[]} polls @param {Session} session */
function outline(polls, session) {
  return html`<ul class="outline">${repeat(polls, (poll) => poll.id, (poll) => html`
    <li id=${`outline-${poll.id}`} data-item="poll" data-id=${poll.id} data-phase=${poll.phase}>
      <button type="button" class="handle" data-stay aria-label="Move ${poll.question}" title="Drag, or press ↑ and ↓">⋮⋮</button>
      <button type="button" class="line-button" @click=${() => selectPoll(poll.id)}><span dir="auto">${poll.question}</span>
        <span class="dot" aria-hidden="true"></span><span class="sr-only">, ${PHASES[/** @type {keyof typeof PHASES} */ (poll.phase)]}</span></button>
      <details class="more"><summary aria-label="More for ${poll.question}">⋯</summary><div class="row">
        <button type="button" data-stay @click=${() => movePollBy(poll.id, -1)}>↑ Move up</button>
        <button type="button" data-stay @click=${() => movePollBy(poll.id, 1)}>↓ Move down</button>
        ${session.agenda.length ? html`<form class="form" @submit=${(/** @type {SubmitEvent} */ event) => movePoll(poll.id, fields(event).text("segment") || null)}>
          <label>To <select name="segment">${session.agenda.filter((one) => one.id !== poll.segment).map((one) => html`<option value=${one.id}>${one.title}</option>`)}
            ${poll.segment ? html`<option value="">no segment</option>` : nothing}</select></label>
          <button>Move</button></form>` : nothing}
        ${poll.phase === "draft" ? html`<button type="button" @click=${() => rewrite(poll)}>Edit or rename</button>
          <button type="button" @click=${() => act("remove_poll", { poll: poll.id }, `The draft “${poll.question}” is removed.`)}>Remove</button>` : nothing}
      </div></details>
    </li>`)}</ul>`;
}

/** @param {Poll} poll */
function rewrite(poll) {
  selectPoll(poll.id);
  openDraft(poll);
}

/** @param {Segment} segment @param {Poll[]} polls */
function remove(segment, polls) {
  const drafts = polls.filter((poll) => poll.phase === "draft").length;
  const kept = polls.length - drafts;
  const with_ = drafts ? ` with ${plural(drafts, "draft")}` : "";
  const stay = kept ? ` ${plural(kept, "poll")} that people have seen ${kept === 1 ? "stays" : "stay"}, in no segment.` : "";
  return act("remove_segment", { segment: segment.id, polls: polls.length > 0 }, `“${segment.title}” is off the agenda${with_}.${stay}`);
}

/** @param {Segment} segment @param {boolean} current */
function clock(segment, current) {
  const planned = segment.planned_minutes ? `${segment.planned_minutes} min` : "";
  if (!current || !segment.started_at) return planned ? html`· ${planned}` : nothing;
  const gone = store.serverNow() - segment.started_at;
  const over = segment.planned_minutes && gone > segment.planned_minutes * 60_000;
  return html`· <span class=${over ? "over" : ""}>${span(gone)}${planned ? ` of ${planned}` : ""}</span>`;
}
