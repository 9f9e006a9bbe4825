// @ts-check
// What is measured beside the curves, and what came out at the end, read-outs side by side.
import { html, nothing, render } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { h } from "../stage/dom.js";
import { reliability } from "./reliability.js";
import { rejectionWords, resultRows } from "./results.js";
import { gapWords, measures } from "./words.js";

/** Measures of retrieval and clusters, and the gap to what was held out, while it goes on. */
export function makeMeasures() {
  const node = h("div.run-measures");
  return {
    node,
    /** @param {any} run @param {any} chart @param {any} progress */
    update(run, chart, progress) {
      const all = measures(chart, progress, run.results);
      const gap = gapWords(chart, progress);
      render(html`
        ${gap ? html`<p class="run-gap">${gap}<span class="run-note"> (learned from − held out)</span></p>` : nothing}
        ${all.length ? html`<dl>${all.map(({ name, value }) => html`<div><dt>${name}</dt> <dd>${value}</dd></div>`)}</dl>` : nothing}`, node);
    },
  };
}

export function makeSummary() {
  const node = h("div.run-summary");
  return {
    node,
    /** Whether there is anything to sum up. @param {any} run @param {any} progress */
    update(run, progress) {
      const rows = resultRows(run);
      const calibration = progress?.calibration;
      render(html`
        ${rows.length ? html`<table>
          <caption>Read-outs of the same network, side by side</caption>
          <thead><tr><th scope="col">Read-out</th><th scope="col">Train</th><th scope="col">Test</th><th scope="col">Gap</th><th scope="col">ECE</th></tr></thead>
          <tbody>${rows.map((row) => html`<tr><th scope="row">${row.name}</th><td>${row.train}</td><td>${row.test}</td><td>${row.gap}</td><td>${row.ece}</td></tr>`)}</tbody>
        </table>` : nothing}
        ${rejectionWords(run).map((line) => html`<p class="run-rejected">${line}</p>`)}
        ${reliability(calibration)}`, node);
      return rows.length > 0 || Boolean(calibration?.length);
    },
  };
}
