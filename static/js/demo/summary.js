// @ts-check
// What is measured beside the curves, and what came out at the end, read-outs side by side.
import { html, nothing, render } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { h } from "../stage/dom.js";
import { reliability } from "./reliability.js";
import { rejectionWords, resultRows } from "./results.js";
import { measures } from "./words.js";

/** @typedef {import("protocol").ProgressView} Progress */
/** @typedef {import("protocol").RunView} Run */

/** Measures of retrieval and clusters, while it goes on. */
export function makeMeasures() {
  const node = h("div.run-measures");
  return {
    node,
    /** @param {Run} run @param {import("protocol").ChartView|null|undefined} chart @param {Progress|null|undefined} progress */
    update(run, chart, progress) {
      const all = measures(chart, progress, run.results);
      render(all.length ? html`<dl>${all.map(({ name, value }) => html`<div><dt>${name}</dt> <dd>${value}</dd></div>`)}</dl>` : nothing, node);
    },
  };
}

/** Read-outs side by side, what was rejected, and the reliability diagrams. */
export function makeSummary() {
  const node = h("div.run-summary");
  const diagrams = h("div.run-diagrams");
  return {
    node, diagrams,
    /** What there is to show now. @param {Run} run @param {Progress|null|undefined} progress */
    update(run, progress) {
      const rows = resultRows(run);
      render(html`
        ${rows.length ? html`<table>
          <caption class="run-sr">Read-outs of the same network, side by side</caption>
          <thead><tr><th scope="col">Read-out</th><th scope="col">Train</th><th scope="col">Test</th><th scope="col" title="Train − test, in points">Gap</th><th scope="col" title="Expected calibration error">ECE</th></tr></thead>
          <tbody>${rows.map((row) => html`<tr><th scope="row">${row.name}</th><td>${row.train}</td><td>${row.test}</td><td>${row.gap}</td><td>${row.ece}</td></tr>`)}</tbody>
        </table>
        <p class="run-note">Gap: train − test, in points. ECE: expected calibration error. Nearest centre: the class of most of what it wins.</p>` : nothing}
        ${rejectionWords(run).map((line) => html`<p class="run-rejected">${line}</p>`)}`, node);
      render(reliability(progress?.calibration), diagrams);
    },
  };
}
