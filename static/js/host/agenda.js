// @ts-check
// The agenda: segments with their clocks, to go to, move, edit and add.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, fields, set, span, store, ui } from "./desk.js";

const KINDS = [["talk", "Talk"], ["polls", "Polls"], ["qa", "Q&A"], ["demo", "Demo"], ["break", "Break"]];
const NAMES = Object.fromEntries(KINDS);

/** @param {any} session */
export function agenda(session) {
  const editing = ui.form?.form === "segment" ? ui.form.id : undefined;
  return html`
    <section class="column agenda" aria-labelledby="agenda-title">
      <div class="row head">
        <h2 id="agenda-title">Agenda</h2>
        <button type="button" @click=${() => act("previous")} aria-label="Previous segment">‹ <kbd>←</kbd></button>
        <button type="button" class="main" @click=${() => act("next")} aria-label="Next segment">Next <kbd>→</kbd></button>
      </div>
      ${session.agenda.length === 0 ? html`<p class="empty">No segments yet. A session works without any; add talks, polls and breaks to lead people through it.</p>` : nothing}
      <ol class="segments">
        ${session.agenda.map((/** @type {any} */ segment, /** @type {number} */ place) => segmentRow(segment, place, session, editing))}
      </ol>
      ${editing === null
        ? segmentForm(null)
        : html`<button type="button" @click=${() => set({ form: { form: "segment", id: null } })}>Add a segment</button>`}
    </section>`;
}

/** @param {any} segment @param {number} place @param {any} session @param {string|null|undefined} editing */
function segmentRow(segment, place, session, editing) {
  const current = segment.id === session.current;
  const last = session.agenda.length - 1;
  if (editing === segment.id) return html`<li>${segmentForm(segment)}</li>`;
  return html`
    <li class="segment" aria-current=${current ? "step" : nothing}>
      <div class="what">
        <p class="kind">${NAMES[segment.kind]} ${clock(segment, current)}</p>
        <p class="name" dir="auto">${segment.title}</p>
        ${segment.speaker ? html`<p class="speaker" dir="auto">${segment.speaker}</p>` : nothing}
      </div>
      <div class="row">
        ${current && !session.on_stage
          ? html`<span class="now">Now</span>`
          : html`<button type="button" @click=${() => act("go", { segment: segment.id })}>${current ? "Show card" : "Go"}<span class="sr-only"> to ${segment.title}</span></button>`}
        <button type="button" class="quiet" ?disabled=${place === 0} aria-label="Move ${segment.title} up"
          @click=${() => act("move_segment", { segment: segment.id, to: place - 1 })}>↑</button>
        <button type="button" class="quiet" ?disabled=${place === last} aria-label="Move ${segment.title} down"
          @click=${() => act("move_segment", { segment: segment.id, to: place + 1 })}>↓</button>
        <button type="button" class="quiet" aria-label="Edit ${segment.title}"
          @click=${() => set({ form: { form: "segment", id: segment.id } })}>Edit</button>
      </div>
    </li>`;
}

/** @param {any} segment @param {boolean} current */
function clock(segment, current) {
  const planned = segment.planned_minutes ? `${segment.planned_minutes} min` : "";
  if (!current || !segment.started_at) return planned ? html`· ${planned}` : nothing;
  const gone = store.serverNow() - segment.started_at;
  const over = segment.planned_minutes && gone > segment.planned_minutes * 60_000;
  return html`· <span class=${over ? "over" : ""}>${span(gone)}${planned ? ` of ${planned}` : ""}</span>`;
}

/** @param {any} segment */
function segmentForm(segment) {
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { text, lines, number } = fields(event);
    const links = lines("links").map((line) => {
      const at = line.lastIndexOf(" ");
      return { label: line.slice(0, Math.max(at, 0)).trim() || line, url: line.slice(at + 1) };
    });
    const spec = {
      id: segment?.id ?? "", kind: text("kind"), title: text("title"), speaker: text("speaker"),
      blurb: text("blurb"), links, planned_minutes: number("minutes") ?? null,
    };
    const done = segment
      ? await act("edit_segment", { segment: spec })
      : await act("add_segment", { segment: spec, after: store.get.session.current });
    if (done) set({ form: null });
  };
  return html`
    <form class="form" @submit=${send} aria-label=${segment ? `Edit ${segment.title}` : "New segment"}>
      <label>Kind <select name="kind">${KINDS.map(([id, name]) => html`<option value=${id} ?selected=${segment?.kind === id}>${name}</option>`)}</select></label>
      <label>Title <input name="title" required maxlength="200" .defaultValue=${segment?.title ?? ""}></label>
      <label>Speaker <input name="speaker" maxlength="120" .defaultValue=${segment?.speaker ?? ""}></label>
      <label>Blurb <textarea name="blurb" rows="3" maxlength="2000" .defaultValue=${segment?.blurb ?? ""}></textarea></label>
      <label>Links, one a line: words, then the address
        <textarea name="links" rows="2" .defaultValue=${(segment?.links ?? []).map((/** @type {any} */ link) => `${link.label} ${link.url}`).join("\n")}></textarea></label>
      <label>Planned minutes <input name="minutes" type="number" min="1" max="1440" inputmode="numeric" .defaultValue=${segment?.planned_minutes ?? ""}></label>
      <div class="row"><button class="main">${segment ? "Save" : "Add after the current one"}</button>
        <button type="button" @click=${() => set({ form: null })}>Cancel</button>
        ${segment ? html`<button type="button" class="quiet" @click=${async () => { if (await act("remove_segment", { segment: segment.id })) set({ form: null }); }}>Remove</button>` : nothing}</div>
    </form>`;
}
