// @ts-check
// What else the host sees of a count: its course over time, combinations, channels, forecasts.

import { moreSets, percentText, share, tieLine } from "../counts.js";
import { html, nothing, svg } from "../../vendor/lit-html-3.3.3/lit-html.js";

/** @typedef {import("protocol").CalibrationBin} Bin */
/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

/** @param {Poll} poll @param {Session} session */
export function result(poll, session) {
  const tally = poll.tally;
  if (!tally || tally.voters === 0) return html`<p class="soft">No votes yet.</p>`;
  const severalChannels = session.channels.length > 0 && tally.channels.length > 0;
  const tie = tally.numbers ? "" : tieLine(tally.options);
  return html`
    ${tie ? html`<p dir="auto">${tie}</p>` : nothing}
    ${tally.forecast ? forecastCard(poll.answer, tally.forecast, tally.voters) : nothing}
    ${tally.numbers ? html`<p>The middle is <b>${tally.numbers.median}</b>, the mean ${tally.numbers.mean}.</p>` : nothing}
    ${tally.combos.length ? html`<details><summary>By combination</summary><ul class="combos">${tally.combos.map((combo) => html`
      <li><span dir="auto">${combo.label}</span><span class="count"><b>${combo.count}</b> ${percentText(share(combo.count, tally.voters))}</span></li>`)}
      ${tally.more_combos ? html`<li class="soft">${moreSets(tally.more_combos.sets, tally.more_combos.voters)}</li>` : nothing}</ul></details>` : nothing}
    ${severalChannels ? html`<details><summary>By channel</summary><div class="scroll" tabindex="0" role="group" aria-label="Counts by channel"><table>
      <thead><tr><th scope="col">Channel</th><th scope="col">Voters</th>${tally.options.map((row) => html`<th scope="col" dir="auto">${row.label}</th>`)}</tr></thead>
      <tbody>${tally.channels.map((channel) => html`<tr><th scope="row">${channel.label}</th><td>${channel.voters}</td>${channel.counts.map((/** @type {number} */ n) => html`<td>${n}</td>`)}</tr>`)}</tbody>
    </table></div></details>` : nothing}`;
}

/** @param {Poll["answer"]} answer @param {import("protocol").ForecastView} forecast @param {number} voters */
function forecastCard(answer, forecast, voters) {
  const most = Math.max(1, ...forecast.histogram);
  return html`
    <p>${forecast.mean === null || forecast.median === null ? nothing : html`The crowd says <b>${percentText(forecast.mean)}</b> on average, ${percentText(forecast.median)} in the middle.`}</p>
    ${answer === "verdict" ? nothing : html`<svg class="histogram" viewBox="0 0 100 30" role="img" aria-label=${`Voters by ten percent: ${forecast.histogram.join(", ")}`}>
      ${forecast.histogram.map((/** @type {number} */ n, /** @type {number} */ place) => svg`<rect x=${place * 10 + 0.5} y=${30 - (28 * n) / most} width="9" height=${(28 * n) / most}></rect>`)}
    </svg>`}
    ${forecast.by.length ? html`<ul class="combos">${forecast.by.map((row) => html`<li><span dir="auto">${row.label}</span><span class="count"><b>${row.count}</b> ${percentText(share(row.count, voters))}</span></li>`)}</ul>` : nothing}
    ${forecast.score ? html`<p>Brier score: voters <b>${forecast.score.brier.toFixed(3)}</b>, the crowd's mean <b>${forecast.score.crowd_brier.toFixed(3)}</b>
      <span class="soft">(0 is perfect, 0.25 a coin)</span></p>${calibration(forecast.score.calibration)}` : nothing}`;
}

/** Of the forecasts near a percentage, how many came true; over all resolved predictions. @param {Bin[]} bins */
function calibration(bins) {
  if (!bins.length) return nothing;
  return html`<details><summary>Calibration of the crowd</summary><table>
    <thead><tr><th scope="col">Said</th><th scope="col">Forecasts</th><th scope="col">Mean</th><th scope="col">Came true</th></tr></thead>
    <tbody>${bins.map((bin) => html`<tr><th scope="row">${bin.low}–${bin.low === 90 ? 100 : bin.low + 9} %</th><td>${bin.n}</td><td>${percentText(bin.mean)}</td><td>${percentText(bin.came_true)}</td></tr>`)}</tbody>
  </table></details>`;
}

/** Voters over time as one small line. @param {number[][]} history */
export function course(history) {
  const [start, end] = [history[0][0], history[history.length - 1][0]];
  const most = Math.max(1, ...history.map((sample) => sample[1]));
  const points = history.map(([at, voters]) => `${((at - start) / Math.max(1, end - start)) * 100},${29 - (voters / most) * 27}`);
  const minutes = Math.max(1, Math.round((end - start) / 60_000));
  return html`<svg class="course" viewBox="0 0 100 30" preserveAspectRatio="none" role="img"
    aria-label=${`Voters grew to ${most} within ${minutes} min`}>${svg`<polyline points=${points.join(" ")}></polyline>`}</svg>`;
}
