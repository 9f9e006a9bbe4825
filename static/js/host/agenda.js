// @ts-check
// The agenda: segments with their clocks, to go to, move, edit and add.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, closeForm, fields, openForm, span, store, ui } from "./desk.js";

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
        ${repeat(session.agenda, (/** @type {any} */ segment) => segment.id, (/** @type {any} */ segment, /** @type {number} */ place) => (
          editing === segment.id
            ? html`<li class="segment editing">${segmentForm(segment)}</li>`
            : segmentRow(segment, place, session)))}
      </ol>
      ${editing === null
        ? segmentForm(null)
        : html`<button type="button" id="add-segment" @click=${() => openForm("segment", null, "add-segment")}>Add a segment</button>`}
    </section>`;
}

/** @param {any} segment @param {number} place @param {any} session */
function segmentRow(segment, place, session) {
  const current = segment.id === session.current;
  const row = `segment-${segment.id}`;
  return html`
    <li class="segment" id=${row} tabindex="-1" aria-current=${current ? "step" : nothing}>
      <p class="kind">${NAMES[segment.kind]} ${clock(segment, current)}</p>
      ${current && !session.on_stage
        ? html`<span class="now">Now</span>`
        : html`<button type="button" @click=${() => act("go", { segment: segment.id })}>${current ? "Show card" : "Go"}<span class="sr-only"> to ${segment.title}</span></button>`}
      <details class="more"><summary aria-label="More for ${segment.title}">⋯</summary><div class="row">
        <button type="button" data-stay ?disabled=${place === 0} @click=${() => move(segment, place - 1)}>↑ Move up</button>
        <button type="button" data-stay ?disabled=${place === session.agenda.length - 1} @click=${() => move(segment, place + 1)}>↓ Move down</button>
        <button type="button" @click=${() => openForm("segment", segment.id, row)}>Edit</button>
        <button type="button" @click=${() => remove(segment)}>Remove</button>
      </div></details>
      <div class="what">
        <p class="name" dir="auto">${segment.title}</p>
        ${segment.speaker ? html`<p class="speaker" dir="auto">${segment.speaker}</p>` : nothing}
      </div>
    </li>`;
}

/** @param {any} segment @param {number} to */
async function move(segment, to) {
  if (await act("move_segment", { segment: segment.id, to })) {
    document.getElementById(`segment-${segment.id}`)?.scrollIntoView({ block: "nearest" });
  }
}

/** @param {any} segment */
const remove = (segment) => act("remove_segment", { segment: segment.id }, `“${segment.title}” is off the agenda.`);

/** @param {any} segment @param {boolean} current */
function clock(segment, current) {
  const planned = segment.planned_minutes ? `${segment.planned_minutes} min` : "";
  if (!current || !segment.started_at || store.get.session.state === "ended") return planned ? html`· ${planned}` : nothing;
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
    if (done) closeForm();
  };
  return html`
    <form class="form" data-form @submit=${send} aria-label=${segment ? `Edit ${segment.title}` : "New segment"}>
      <label>Kind <select name="kind">${KINDS.map(([id, name]) => html`<option value=${id} ?selected=${segment?.kind === id}>${name}</option>`)}</select></label>
      <label>Title <input name="title" required maxlength="200" .defaultValue=${segment?.title ?? ""}></label>
      <label>Speaker <input name="speaker" maxlength="120" .defaultValue=${segment?.speaker ?? ""}></label>
      <label>Blurb <textarea name="blurb" rows="3" maxlength="2000" .defaultValue=${segment?.blurb ?? ""}></textarea></label>
      <label>Links, one a line: words, then the address
        <textarea name="links" rows="2" .defaultValue=${(segment?.links ?? []).map((/** @type {any} */ link) => `${link.label} ${link.url}`).join("\n")}></textarea></label>
      <label>Planned minutes <input name="minutes" type="number" min="1" max="1440" inputmode="numeric" .defaultValue=${segment?.planned_minutes ?? ""}></label>
      <div class="row"><button class="main">${segment ? "Save" : "Add after the current one"}</button>
        <button type="button" @click=${closeForm}>Cancel</button></div>
    </form>`;
}
