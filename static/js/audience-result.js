// A poll's result in words and bars: the parts of templates/parts/result.html.

import { make } from "./audience-parts.js";
import { moreSets, percentText, share, sumLine } from "./counts.js";

/** Numbers are the same in any language; a translator must not touch them. */
const figure = (words) => Object.assign(make("b", "", words), { translate: false });

const bar = (row, voters, mine) => {
  const percent = share(row.count, voters);
  const track = Object.assign(make("progress", ""), { max: 100, value: percent, ariaHidden: "true" });
  const count = Object.assign(make("data", "", String(row.count)), { translate: false });
  const item = make("li", mine ? "mine" : "", make("span", "", row.label), figure(percentText(percent)), count, track);
  if (row.before) item.append(make("small", "", `${row.before} voted before this option existed`));
  return item;
};

/** Whether a number is in a row, of one number or of a range of them. */
const within = (label, number) => {
  const [from, to = from] = label.split(" – ").map(Number);
  return number !== undefined && from <= number && number <= to;
};

const OUTCOMES = { yes: "It happened.", no: "It did not happen.", annulled: "Annulled: nobody is scored." };

const forecastParts = (p, { probability, by }, brier) => {
  const { voters, forecast } = p.tally;
  const { mean, median, score } = forecast;
  const parts = [];
  if (p.answer === "probability") {
    const mine = Math.min(9, Math.floor(probability / 10));
    if (mean != null) parts.push(make("p", "", `Mean ${percentText(mean)}, median ${percentText(median)}`));
    parts.push(make("ul", "bars thin", ...forecast.histogram.map((count, i) => bar({
      label: `${i * 10}–${i < 9 ? i * 10 + 9 : 100} %`,
      count,
    }, voters, i === mine))));
  }
  if (forecast.by.length) {
    parts.push(make("h3", "", "By when"), make("ul", "bars", ...forecast.by.map((row) => bar(row, voters, row.id === by))));
  }
  if (p.resolution) parts.push(make("p", "outcome", `${OUTCOMES[p.resolution.outcome]} ${p.resolution.note}`));
  if (score) {
    const own = brier == null ? "" : `, you ${brier.toFixed(2)}`;
    parts.push(make("p", "", `Brier score: crowd ${score.crowd_brier.toFixed(2)}${own}. It is the squared distance from forecast to outcome: 0 is perfect, 0.25 a coin toss, 1 sure and wrong.`));
  }
  return parts;
};

/** The elements of a result; none where there is none to see. */
export const resultParts = (p, ballot) => {
  const t = p.tally;
  if (!t) return [];
  const answer = ballot.answer || {}, picks = answer.picks || [];
  const isMine = (row) => p.answer === "verdict" && picks.length === 2 ? row.id === 2
    : p.range ? within(row.label, answer.write_in)
    : picks.includes(row.id) || Boolean(row.write_in && row.label === answer.write_in);
  const people = `${t.voters} ${t.voters === 1 ? "person" : "people"} voted`;
  const several = t.combos.length ? `, ${t.picks} ${t.picks === 1 ? "pick" : "picks"}; percentages are of people` : "";
  const parts = [make("p", "sum", `${people}${several}${t.final ? "." : "; not final yet."}`)];
  const sum = p.answer === "probability" ? "" : sumLine(t);
  if (sum) parts.push(make("p", "", sum));
  if (t.options.length) parts.push(make("ul", "bars", ...t.options.map((row) => bar(row, t.voters, isMine(row)))));
  if (t.combos.length) {
    const more = t.more_combos;
    parts.push(make("h3", "", "Chosen together"), make("ul", "combos", ...t.combos.map((c) => make("li", "", `${c.label}: ${c.count}`)),
      ...(more ? [make("li", "", moreSets(more.sets, more.voters))] : [])));
  }
  if (t.forecast) parts.push(...forecastParts(p, answer, ballot.brier));
  return parts;
};

/** A result as one sentence, for those who do not see it. */
export const resultWords = ({ question, tally }) => {
  const rows = tally.options.map((row) => `${row.label}: ${row.count}`);
  const sum = sumLine(tally);
  if (sum) rows.unshift(sum);
  if (tally.forecast && tally.forecast.mean != null) rows.push(`mean ${percentText(tally.forecast.mean)}`);
  return `Final result. ${question} ${tally.voters} voted. ${rows.join(", ")}`;
};
