// @ts-check
// The options of a poll with the live count: rename, hide, merge spellings, list a write-in.

import { percentText, share } from "../counts.js";
import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, closeForm, fields, openForm, plural, set, ui } from "./desk.js";

/** @typedef {Partial<import("protocol").CountView>} Count */
/** @typedef {Partial<import("protocol").OptionView> & {id: number, label: string}} Option */
/** @typedef {import("protocol").PollView} Poll */

/** @param {Poll} poll */
export function options(poll) {
  if (poll.kind === "prediction" && poll.answer === "probability") return nothing;
  const editable = poll.kind === "single" || poll.kind === "multiple";
  /** @type {Map<number|null, Count>} */
  const counts = new Map((poll.tally?.options ?? []).map((row) => [row.id, row]));
  for (const [id, count] of poll.tally?.others ?? []) counts.set(id, { id, count });
  // A verdict's third row, "both", is a count and no option.
  /** @type {Option[]} */
  const rows = editable ? poll.options
    : (poll.tally?.options ?? []).flatMap(({ id, label }) => (id == null ? [] : [{ id, label }]));
  const offered = rows.filter((o) => !o.write_in && !o.hidden && o.merged_into === undefined);
  const written = rows.filter((o) => o.write_in && !o.hidden && o.merged_into === undefined);
  const aside = rows.filter((o) => o.hidden || o.merged_into !== undefined);
  // What was merged or hidden since it was ticked is no longer there to be merged.
  const here = new Set([...offered, ...written].map((o) => o.id));
  const ticked = new Set([...(ui.ticked.get(poll.id) ?? [])].filter((id) => here.has(id)));
  const hiddenRow = poll.tally?.options.find((count) => count.hidden);
  const label = (/** @type {number|undefined} */ id) => rows.find((o) => o.id === id)?.label ?? "";
  const row = (/** @type {Option} */ option) => optionRow(poll, option, counts.get(option.id), editable, ticked);
  return html`
    <ul class="options">${repeat(offered, (o) => o.id, row)}</ul>
    ${written.length ? html`<h4>Something else</h4><ul class="options">${repeat(written, (o) => o.id, row)}</ul>` : nothing}
    ${hiddenRow && editable ? html`<p class="soft">Hidden answers: ${plural(hiddenRow.count, "voter")}; counted, not shown to anyone</p>` : nothing}
    ${ticked.size ? mergeForm(poll, ticked, [...offered, ...written]) : nothing}
    ${aside.length ? html`<details><summary>${aside.length} merged or hidden</summary><ul class="aside">${repeat(aside, (o) => o.id, (o) => html`
      <li><span dir="auto">${o.label}</span>${o.hidden
        ? html`<span class="soft">hidden</span><button type="button" class="quiet" @click=${() => act("show_option", { poll: poll.id, option: o.id })}>Show again</button>`
        : html`<span class="soft">counted as ${label(o.merged_into)}</span><button type="button" class="quiet" @click=${() => act("unmerge_option", { poll: poll.id, option: o.id })}>Take out</button>`}</li>`)}</ul></details>` : nothing}`;
}

/** @param {Poll} poll @param {Option} option @param {Count|undefined} count @param {boolean} editable @param {Set<number>} ticked */
function optionRow(poll, option, count, editable, ticked) {
  const renaming = ui.form?.form === "rename" && ui.form.id === `${poll.id}/${option.id}`;
  const tick = () => {
    const next = new Set(ticked);
    if (!next.delete(option.id)) next.add(option.id);
    ui.ticked.set(poll.id, next);
    set({});
  };
  /** @param {SubmitEvent} event */
  const rename = async (event) => {
    const { text } = fields(event);
    if (await act("rename_option", { poll: poll.id, option: option.id, label: text("label") })) closeForm();
  };
  const row = `option-${poll.id}-${option.id}`;
  const kept = count?.count ? ` Its ${plural(count.count, "ballot")} stay counted as hidden.` : "";
  const hide = () => act("hide_option", { poll: poll.id, option: option.id }, `“${option.label}” is hidden from everyone.${kept}`);
  const before = count?.before && (option.since ?? 0) > 0 ? `${count.before} voted before it existed` : "";
  return html`
    <li class="option" id=${row} tabindex="-1">
      ${editable ? html`<input type="checkbox" .checked=${ticked.has(option.id)} @change=${tick} aria-label="Merge ${option.label}">` : nothing}
      <div class="body">
        ${renaming
          ? html`<form class="row" data-form @submit=${rename}><input name="label" maxlength="120" required aria-label="New name" .defaultValue=${option.label}><button>Save</button>
              <button type="button" class="quiet" @click=${closeForm}>Cancel</button></form>`
          : html`<span class="label" dir="auto">${option.label}</span>`}
        <progress max="100" .value=${share(count?.count ?? 0, poll.tally?.voters ?? 0)} aria-hidden="true"></progress>
        ${before ? html`<span class="soft">${before}</span>` : nothing}
      </div>
      <span class="count"><b>${count?.count ?? 0}</b> ${percentText(share(count?.count ?? 0, poll.tally?.voters ?? 0))}</span>
      ${editable && !renaming ? html`<details class="more"><summary aria-label="More for ${option.label}">⋯</summary><div class="row">
        ${option.write_in ? html`<button type="button" @click=${() => act("list_option", { poll: poll.id, option: option.id })}>Make it an option</button>` : nothing}
        <button type="button" @click=${() => openForm("rename", `${poll.id}/${option.id}`, row)}>Rename</button>
        <button type="button" @click=${hide}>Hide</button>
      </div></details>` : nothing}
    </li>`;
}

/** @param {Poll} poll @param {Set<number>} ticked @param {Option[]} targets */
function mergeForm(poll, ticked, targets) {
  const clear = () => {
    ui.ticked.delete(poll.id);
    set({});
  };
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { number } = fields(event);
    const into = number("into");
    if (into === undefined) return;
    const from = [...ticked].filter((id) => id !== into);
    const name = targets.find((option) => option.id === into)?.label;
    if (await act("merge_options", { poll: poll.id, from, into }, `Now counted as “${name}”; its voters are told.`)) clear();
  };
  return html`
    <form class="row merge" @submit=${send}>
      <label>Count the ${ticked.size} ticked as
        <select name="into" required><option value="">choose…</option>${repeat(targets, (option) => option.id, (option) => html`<option value=${option.id}>${option.label}</option>`)}</select></label>
      <button class="main">Merge</button>
      <button type="button" class="quiet" @click=${clear}>Cancel</button>
    </form>`;
}
