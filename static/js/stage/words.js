// @ts-check
// What the stage says, in words: no DOM here, so that it can be tested without a browser.

import { leaders, moreAnswers, percentText, share, sumLine, tieLine } from "../counts.js";

/** @typedef {import("protocol").CountView} Count */
/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SegmentView} Segment */

/** @typedef {import("../draw/bars.js").Row} Row */

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en")}\u00a0${n === 1 ? one : many}`;

/** Whole numbers along a scale: its ends, and round ones between that are not too near to them. @param {number} from @param {number} to @returns {number[]} */
export function marksOf(from, to) {
  const reach = to - from;
  if (reach <= 0) return [from];
  const power = 10 ** Math.floor(Math.log10(reach));
  const step = Math.max(1, [0.1, 0.2, 0.25, 0.5, 1].map((of) => of * power).find((of) => Number.isInteger(of) && reach / of <= 5) ?? power);
  const round = Array.from({ length: Math.floor(reach / step) + 1 }, (_, n) => (Math.ceil(from / step) + n) * step);
  return [from, ...round.filter((value) => value - from >= step * 0.7 && to - value >= step * 0.7), to];
}

/** How the question is to be answered. @param {Poll} poll */
export function howTo(poll) {
  const parts = [];
  if (poll.kind === "prediction") {
    parts.push(poll.answer === "probability" ? "How likely, 0 to 100\u00a0%" : "Yes, no or both");
    if (poll.horizons.length) parts.push("and by when");
    return parts.join(", ");
  }
  if (poll.range) return `A whole number from ${poll.range.from} to ${poll.range.to}`;
  if (poll.kind === "yes_no") return poll.max > 1 ? "Yes, no or both" : "Yes or no";
  const all = poll.options.length + (poll.write_in ? 1 : 0);
  if (poll.max <= 1) parts.push("Choose one");
  else if (poll.min === poll.max) parts.push(`Choose ${poll.min}`);
  else if (poll.min > 1) parts.push(`Choose ${poll.min} to ${poll.max}`);
  else parts.push(poll.max >= all ? "Choose all that apply" : `Choose up to ${poll.max}`);
  if (poll.write_in) parts.push("or write your own");
  return parts.join(", ");
}

/** What can be picked, as rows with a letter. @param {Poll} poll */
export function choices(poll) {
  if (poll.kind === "prediction") {
    if (poll.answer === "probability") return [];
    return ["Yes", "No", "Both"].map((label, id) => ({ id, label, mark: "" }));
  }
  const lettered = hasLetters(poll);
  const rows = poll.options.map((option, /** @type {number} */ place) => ({
    id: option.id,
    label: option.label,
    mark: lettered ? letter(place) : "",
  }));
  if (poll.write_in) rows.push({ id: -1, label: "Something else\u2026", mark: lettered ? "+" : "" });
  return rows;
}

/**
 * Whether rows get letters to be called by. Options that begin with letters of their own are called by these: "A" beside
 * an option "A" would be read as "A A", and "A" beside an option "B" as a mistake.
 * @param {Poll} poll
 */
export function hasLetters(poll) {
  const own = (/** @type {{label: string}} */ option) => /^\s*\(?\p{L}\s*(?:[).:\]]|$)/u.test(option.label);
  return (poll.kind === "single" || poll.kind === "multiple") && !poll.options.some(own);
}

/** A, B, … Z, then numbers. @param {number} place */
export const letter = (place) => (place < 26 ? String.fromCharCode(65 + place) : String(place + 1));

/** So many neighbouring ranges of numbers as one. @param {Row[]} rows @param {number} by @returns {Row[]} */
function wider(rows, by) {
  const ends = (/** @type {Row} */ row) => row.label.split(" \u2013 ");
  return rows.filter((_, n) => n % by === 0).map((first, n) => {
    const all = rows.slice(n * by, (n + 1) * by);
    const sum = (/** @type {"count"|"percent"} */ of) => all.reduce((so, row) => so + row[of], 0);
    const [from, to] = [ends(first)[0], ends(all[all.length - 1]).at(-1)];
    return { ...first, label: from === to ? from : `${from} \u2013 ${to}`, count: sum("count"), percent: sum("percent") };
  });
}

/**
 * The tally as rows for the bars. What is over `limit` becomes one row, which counts the people in it: those with fewest
 * votes, wherever they are listed. The others keep their places.
 * @param {Poll} poll @param {number} [limit]
 * @returns {Row[]}
 */
export function resultRows(poll, limit = Infinity) {
  const { options: counts = [], voters = 0, rest = [] } = poll.tally ?? {};
  // The fullest of several ranges is no winner.
  const lead = poll.range ? [] : leaders(counts);
  const marks = new Map(choices(poll).map((choice) => [choice.id, choice.mark]));
  const lettered = hasLetters(poll);
  const rowOf = (/** @type {Count} */ row) => ({
    id: row.id ?? null,
    label: row.label,
    count: row.count,
    percent: share(row.count, voters),
    mark: marks.get(row.id ?? NaN) ?? (lettered ? (row.id == null ? "\u2026" : "+") : ""),
    lead: lead.length === 1 && lead[0] === row,
    note: noteOf(row),
  });
  if (counts.length <= limit) return counts.map(rowOf);
  if (poll.range) return wider(counts.map(rowOf), Math.ceil(counts.length / Math.max(1, limit)));
  const ranked = counts.filter((row) => row.id != null)
    .sort((a, b) => b.count - a.count);
  const kept = new Set(ranked.slice(0, Math.max(1, limit - 1)));
  const folded = counts.filter((row) => !kept.has(row));
  const answers = folded.reduce((/** @type {number} */ sum, row) => sum + (row.answers ?? 1), 0);
  // One who picked several of them is one voter: the server knows, and their counts would not add up to people.
  const count = rest[kept.size] ?? 0;
  const fold = { id: null, label: moreAnswers(answers), count, percent: share(count, voters), mark: lettered ? "\u2026" : "", lead: false, note: "" };
  return [...counts.filter((row) => kept.has(row)).map(rowOf), fold];
}

/** @param {Count} row */
function noteOf(row) {
  if (row.before > 0) return `${row.before} voted before it existed`;
  return row.write_in && row.id != null ? "written in" : "";
}

/** @param {string} outcome */
export function outcomeWords(outcome) {
  if (outcome === "yes") return "It came true";
  return outcome === "no" ? "It did not come true" : "Annulled";
}

/** The result in one breath, for those who hear the stage. @param {Poll} poll */
export function resultInWords(poll) {
  const { tally } = poll;
  if (!tally) return "";
  const head = `${tally.final ? "Final result" : "Result so far"}: ${plural(tally.voters, "voter")}.`;
  const mean = tally.forecast?.mean;
  const parts = poll.answer === "probability"
    ? [mean == null ? "" : `On average ${percentText(mean)}.`]
    : tally.options.map((row) => `${row.label}: ${row.count}, ${percentText(share(row.count, tally.voters))}.`);
  const tie = sumLine(tally);
  const resolved = poll.resolution ? `${outcomeWords(poll.resolution.outcome)}.` : "";
  return [head, ...parts, tie && `${tie}.`, resolved].filter(Boolean).join(" ");
}

/** One line for the card at the end. @param {Poll} poll */
export function outcomeLine(poll) {
  const { tally } = poll;
  if (!tally) return "";
  if (!tally.voters) return "no votes";
  if (poll.answer === "probability") return tally.forecast?.mean == null ? "" : `${percentText(tally.forecast.mean)} on average`;
  if (tally.numbers) return sumLine(tally);
  const lead = leaders(tally.options);
  if (lead.length === 1) return `${lead[0].label}, ${percentText(share(lead[0].count, tally.voters))} of ${plural(tally.voters, "voter")}`;
  return tieLine(tally.options);
}

/** Minutes and seconds, never below zero. @param {number} ms */
export function clockText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "12 of 21 min" for a segment under way. @param {Segment} segment @param {number} now */
export function segmentClock(segment, now) {
  if (segment.started_at == null) return "";
  const minutes = Math.max(0, Math.floor((now - segment.started_at) / 60_000));
  const planned = segment.planned_minutes;
  if (!planned) return `${minutes}\u00a0min`;
  if (minutes > planned) return `${planned}\u00a0min + ${minutes - planned}`;
  return `${minutes} of ${planned}\u00a0min`;
}

/** The site of a link, as one would say it. @param {string} url */
export function shortLink(url) {
  const short = url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
  return short.length > 48 ? `${short.slice(0, 47)}\u2026` : short;
}
