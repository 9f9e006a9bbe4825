// @ts-check
// A poll's result in words and bars: the parts of templates/parts/result.html.

import { make } from "./audience-parts.js";
import { moreSets, percentText, share, sumLine } from "./counts.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").TallyView} Tally */
/** @typedef {import("protocol").Answer} Answer */
/** @typedef {import("protocol").OwnBallot} OwnBallot */
/** @typedef {Pick<import("protocol").CountView, "label"|"count"> & Partial<import("protocol").CountView>} Row */

/** Numbers are the same in any language; a translator must not touch them. @param {string} words */
const figure = (words) => Object.assign(make("b", "", words), { translate: false });

/** A row with its bar. @param {Row} row @param {number} voters @param {boolean} isMine */
const bar = (row, voters, isMine) => {
  const percent = share(row.count, voters);
  const track = Object.assign(make("progress", ""), { max: 100, value: percent, ariaHidden: "true" });
  const count = Object.assign(make("data", "", String(row.count)), { translate: false });
  const label = make("span", "", row.label);
  const item = make("li", isMine ? "mine" : "", label, figure(percentText(percent)), count, track);
  if (row.before) item.append(make("small", "", `${row.before} voted before this option existed`));
  return item;
};

/** A list of bars. @param {string} kind @param {Row[]} rows @param {number} voters @param {(row: Row, place: number) => boolean} isMine */
const bars = (kind, rows, voters, isMine) =>
  make("ul", kind, ...rows.map((row, place) => bar(row, voters, isMine(row, place))));

/** Whether a number is in a row, of one number or of a range of them. @param {string} label @param {string} [number] */
const isWithin = (label, number) => {
  const [from, to = from] = label.split(" – ").map(Number);
  return number !== undefined && from <= Number(number) && Number(number) <= to;
};

/** @type {Record<string, string>} */
const OUTCOMES = { yes: "It happened.", no: "It did not happen.", annulled: "Annulled: nobody is scored." };

/** Ballots per ten percent, as rows. @param {number[]} histogram @returns {Row[]} */
const tenths = (histogram) => histogram.map((count, tenth) => {
  const from = tenth * 10;
  return { label: `${from}–${tenth < 9 ? from + 9 : 100} %`, count };
});

/** How good the forecast was. @param {import("protocol").ScoreView} score @param {number} [own] */
const scoreWords = ({ crowd_brier }, own) => {
  const yours = own === undefined ? "" : `, you ${own.toFixed(2)}`;
  return `Brier score: crowd ${crowd_brier.toFixed(2)}${yours}. It is the squared distance from forecast to outcome: `
    + "0 is perfect, 0.25 a coin toss, 1 sure and wrong.";
};

/**
 * @param {Poll} poll @param {import("protocol").ForecastView} forecast @param {number} voters
 * @param {Answer} answer One's own. @param {number} [brier] One's own score.
 */
const forecastParts = (poll, forecast, voters, { probability, by }, brier) => {
  const { mean, median, score } = forecast;
  /** @type {HTMLElement[]} */
  const parts = [];
  if (poll.answer === "probability") {
    const mine = probability === undefined ? undefined : Math.min(9, Math.floor(probability / 10));
    if (mean != null && median != null) {
      parts.push(make("p", "", `Mean ${percentText(mean)}, median ${percentText(median)}`));
    }
    parts.push(bars("bars thin", tenths(forecast.histogram), voters, (_, place) => place === mine));
  }
  if (forecast.by.length) {
    parts.push(make("h3", "", "By when"), bars("bars", forecast.by, voters, (row) => row.id === by));
  }
  const { resolution } = poll;
  if (resolution) parts.push(make("p", "outcome", `${OUTCOMES[resolution.outcome]} ${resolution.note}`));
  if (score) parts.push(make("p", "", scoreWords(score, brier)));
  return parts;
};

/** How many voted, and how. @param {Tally} tally */
const votersWords = (tally) => {
  const people = `${tally.voters} ${tally.voters === 1 ? "person" : "people"} voted`;
  const picks = `, ${tally.picks} ${tally.picks === 1 ? "pick" : "picks"}; percentages are of people`;
  return `${people}${tally.combos.length ? picks : ""}${tally.final ? "." : "; not final yet."}`;
};

/** Whether a row is what this voter chose. @param {Poll} poll @param {Row} row @param {Answer} answer */
const isChosen = (poll, row, { picks = [], write_in }) => {
  // Both yes and no is the third row of a verdict.
  if (poll.answer === "verdict" && picks.length === 2) return row.id === 2;
  if (poll.range) return isWithin(row.label, write_in);
  return row.id != null && picks.includes(row.id) || !!row.write_in && row.label === write_in;
};

/** The elements of a result; none where there is none to see. @param {Poll} poll @param {Partial<OwnBallot>} ballot */
export const resultParts = (poll, ballot) => {
  const { tally } = poll;
  if (!tally) return [];
  const answer = ballot.answer || {};
  /** @type {HTMLElement[]} */
  const parts = [make("p", "sum", votersWords(tally))];
  const sum = poll.answer === "probability" ? "" : sumLine(tally);
  if (sum) parts.push(make("p", "", sum));
  if (tally.options.length) parts.push(bars("bars", tally.options, tally.voters, (row) => isChosen(poll, row, answer)));
  if (tally.combos.length) {
    const lines = tally.combos.map((combo) => `${combo.label}: ${combo.count}`);
    const more = tally.more_combos;
    if (more) lines.push(moreSets(more.sets, more.voters));
    parts.push(make("h3", "", "Chosen together"), make("ul", "combos", ...lines.map((line) => make("li", "", line))));
  }
  if (tally.forecast) parts.push(...forecastParts(poll, tally.forecast, tally.voters, answer, ballot.brier));
  return parts;
};

/** A result as one sentence, for those who do not see it. @param {string} question @param {Tally} tally */
export const resultWords = (question, tally) => {
  const rows = tally.options.map((row) => `${row.label}: ${row.count}`);
  const sum = sumLine(tally);
  if (sum) rows.unshift(sum);
  const mean = tally.forecast?.mean;
  if (mean != null) rows.push(`mean ${percentText(mean)}`);
  return `Final result. ${question} ${tally.voters} voted. ${rows.join(", ")}`;
};
