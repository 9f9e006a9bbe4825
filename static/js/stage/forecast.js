// @ts-check
// The result of a prediction: verdicts or a histogram, by when, and how it came out.
import { h, say, show } from "./dom.js";
import { percentText, share, tieLine } from "../counts.js";
import { outcomeWords, plural, resultRows } from "./words.js";
import { drawBars, prefersStill } from "../draw/bars.js";
import { layoutOf, timing } from "./result.js";

/** Ten columns and the mean as a line across them. */
function makeHistogram() {
  const columns = Array.from({ length: 10 }, () => h("span.column", {}, h("span.column-count"), h("span.column-fill")));
  const meanLabel = h("span.mean-label");
  const mean = h("span.mean", {}, meanLabel);
  const axis = h("div.axis", {}, ...["0\u00a0%", "50\u00a0%", "100\u00a0%"].map((text) => h("span", {}, text)));
  const plot = h("div.plot", {}, ...columns, mean);
  const node = h("div.histogram", { "aria-hidden": "true" }, plot, axis);
  return {
    node,
    /** @param {Pick<import("protocol").ForecastView, "histogram"|"mean">} forecast @param {boolean} reveal */
    update(forecast, reveal) {
      const most = Math.max(1, ...forecast.histogram);
      const { duration, stagger } = timing(reveal, 10);
      columns.forEach((column, bin) => {
        const n = forecast.histogram[bin] ?? 0;
        const [count, fill] = /** @type {HTMLElement[]} */ ([...column.children]);
        say(count, n ? String(n) : "");
        const from = Number(fill.dataset.scale ?? 0);
        const to = n / most;
        fill.dataset.scale = String(to);
        fill.style.transform = `scaleY(${to})`;
        count.style.bottom = `${to * 84}%`;
        if (prefersStill() || from === to) return;
        const how = { duration, delay: bin * stagger, easing: "cubic-bezier(.2, .8, .2, 1)", fill: /** @type {const} */ ("backwards") };
        fill.animate([{ transform: `scaleY(${from})` }, { transform: `scaleY(${to})` }], how);
        count.animate([{ bottom: `${from * 84}%` }, { bottom: `${to * 84}%` }], how);
      });
      show(mean, forecast.mean != null);
      if (forecast.mean == null) return;
      mean.style.left = `${forecast.mean}%`;
      mean.dataset.side = forecast.mean > 60 ? "left" : "right";
      say(meanLabel, `mean ${percentText(forecast.mean)}`);
    },
  };
}

/** @returns {import("./poll.js").Body} */
export function makeForecast() {
  const stamp = h("p.stamp");
  const why = h("p.stamp-note", { dir: "auto" });
  const score = h("p.score");
  const outcome = h("div.outcome", {}, stamp, h("div.outcome-words", {}, why, score));
  const verdict = h("ul", { "aria-hidden": "true" });
  const histogram = makeHistogram();
  const tie = h("p.tie");
  const by = h("ul", { "aria-hidden": "true" });
  const horizons = h("div.by-when", {}, h("p.small-head", {}, "By when"), by);
  const node = h("div.body.forecast", {}, h("div.forecast-main", {}, verdict, histogram.node, tie), horizons, outcome);
  return {
    node,
    update(poll, { reveal, limit }) {
      const { tally, resolution } = poll;
      if (!tally) return;
      /** @type {import("protocol").ForecastView} */
      const forecast = tally.forecast ?? { histogram: [], by: [], mean: null, median: null };
      const bins = poll.answer === "probability";
      show(verdict, !bins);
      show(histogram.node, bins);
      const rows = bins ? [] : resultRows(poll, limit);
      verdict.dataset.layout = layoutOf(rows.length);
      drawBars(verdict, rows, { base: 100, animate: true, ...timing(reveal, rows.length) });
      if (bins) histogram.update(forecast, reveal);
      const tied = bins ? "" : tieLine(tally.options);
      show(tie, tied !== "");
      say(tie, tied);

      show(horizons, forecast.by.length > 0);
      const most = Math.max(0, ...forecast.by.map((one) => one.count));
      const leaders = forecast.by.filter((one) => one.count === most && most > 0).length;
      const times = forecast.by.map((one) => ({ ...one, percent: share(one.count, tally.voters), note: "", lead: leaders === 1 && one.count === most }));
      drawBars(by, times, { base: 100, animate: true, ...timing(reveal, times.length) });

      show(outcome, Boolean(resolution));
      if (!resolution) return;
      say(stamp, outcomeWords(resolution.outcome));
      stamp.dataset.outcome = resolution.outcome;
      show(why, resolution.note !== "");
      say(why, resolution.note);
      show(score, Boolean(forecast.score));
      if (forecast.score) say(score, scoreLine(forecast.score, tally.voters));
    },
  };
}

/** @param {{brier: number, crowd_brier: number}} score @param {number} voters */
export function scoreLine(score, voters) {
  const two = (/** @type {number} */ x) => x.toFixed(2);
  return `Brier score ${two(score.brier)} over ${plural(voters, "forecast")}, ${two(score.crowd_brier)} for their mean. `
    + "0 is perfect, 0.25 a coin toss, 1 surely wrong.";
}
