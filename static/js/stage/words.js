// @ts-check
// What the stage says, in words: no DOM here, so that it can be tested without a browser.

/** @typedef {import("../draw/bars.js").Row} Row */

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en")}\u00a0${n === 1 ? one : many}`;

/** @param {number} percent */
const whole = (percent) => `${Math.round(percent)}\u00a0%`;

/** How the question is to be answered. @param {any} poll */
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

/** What can be picked, as rows with a letter. @param {any} poll */
export function choices(poll) {
  if (poll.kind === "prediction") {
    if (poll.answer === "probability") return [];
    return ["Yes", "No", "Both"].map((label, id) => ({ id, label, mark: "" }));
  }
  const lettered = poll.kind !== "yes_no";
  const rows = poll.options.map((/** @type {any} */ option, /** @type {number} */ place) => ({
    id: option.id,
    label: option.label,
    mark: lettered ? letter(place) : "",
  }));
  if (poll.write_in) rows.push({ id: -1, label: "Something else\u2026", mark: lettered ? "+" : "" });
  return rows;
}

/** A, B, … Z, then numbers. @param {number} place */
export const letter = (place) => (place < 26 ? String.fromCharCode(65 + place) : String(place + 1));

/**
 * The rows with most votes. Rows that stand for several answers at once never win.
 * @param {any[]} counts
 */
export function leaders(counts) {
  const single = counts.filter((row) => row.id !== null && row.id !== undefined);
  const most = Math.max(0, ...single.map((row) => row.count));
  return most === 0 ? [] : single.filter((row) => row.count === most);
}

/** "A tie: …" where there is no winner; nothing where there is one. @param {any[]} counts */
export function tieLine(counts) {
  const tied = leaders(counts);
  if (tied.length < 2) return "";
  if (tied.length > 4) return "A tie";
  return `A tie: ${inWords(tied.map((row) => row.label))}`;
}

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

/** What is to be said of all rows together: a tie, or what the numbers come to; nothing where there is neither. @param {any} tally */
export function sumLine(tally) {
  if (!tally.numbers) return tieLine(tally.options);
  const { mean, median } = tally.numbers;
  return mean == null ? "" : `Median ${median}, mean ${mean}`;
}

/** @param {string[]} names */
function inWords(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * The tally as rows for the bars; what is over `limit` is folded into one row.
 * @param {any} poll @param {number} [limit]
 * @returns {Row[]}
 */
export function resultRows(poll, limit = Infinity) {
  const counts = poll.tally?.options ?? [];
  // The fullest of several ranges is no winner.
  const lead = poll.range ? [] : leaders(counts);
  const marks = new Map(choices(poll).map((/** @type {any} */ choice) => [choice.id, choice.mark]));
  const lettered = poll.kind === "single" || poll.kind === "multiple";
  const rows = counts.map((/** @type {any} */ row) => ({
    id: row.id ?? null,
    label: row.label,
    count: row.count,
    percent: row.percent,
    mark: marks.get(row.id) ?? (lettered ? (row.id == null ? "\u2026" : "+") : ""),
    lead: lead.length === 1 && lead[0] === row,
    note: noteOf(row),
  }));
  if (rows.length <= limit) return rows;
  if (poll.range) return wider(rows, Math.ceil(rows.length / Math.max(1, limit)));
  // Options keep their places; the written answers come last and are folded first.
  const shown = rows.slice(0, Math.max(1, limit - 1));
  const rest = rows.slice(shown.length);
  const count = rest.reduce((/** @type {number} */ sum, /** @type {Row} */ row) => sum + row.count, 0);
  const percent = rest.reduce((/** @type {number} */ sum, /** @type {Row} */ row) => sum + row.percent, 0);
  return [...shown, { id: null, label: `${rest.length} more answers`, count, percent, mark: lettered ? "\u2026" : "", lead: false, note: "" }];
}

/** @param {any} row */
function noteOf(row) {
  if (row.before > 0) return `${row.before} voted before it existed`;
  return row.write_in && row.id != null ? "written in" : "";
}

/** @param {string} outcome */
export function outcomeWords(outcome) {
  if (outcome === "yes") return "It came true";
  return outcome === "no" ? "It did not come true" : "Annulled";
}

/** The result in one breath, for those who hear the stage. @param {any} poll */
export function resultInWords(poll) {
  const { tally } = poll;
  if (!tally) return "";
  const head = `${tally.final ? "Final result" : "Result so far"}: ${plural(tally.voters, "voter")}.`;
  const mean = tally.forecast?.mean;
  const parts = poll.answer === "probability"
    ? [mean == null ? "" : `On average ${whole(mean)}.`]
    : tally.options.map((/** @type {any} */ row) => `${row.label}: ${row.count}, ${whole(row.percent)}.`);
  const tie = sumLine(tally);
  const resolved = poll.resolution ? `${outcomeWords(poll.resolution.outcome)}.` : "";
  return [head, ...parts, tie && `${tie}.`, resolved].filter(Boolean).join(" ");
}

/** One line for the card at the end. @param {any} poll */
export function outcomeLine(poll) {
  const { tally } = poll;
  if (!tally) return "";
  if (!tally.voters) return "no votes";
  if (poll.answer === "probability") return tally.forecast?.mean == null ? "" : `${whole(tally.forecast.mean)} on average`;
  if (tally.numbers) return sumLine(tally);
  const lead = leaders(tally.options);
  if (lead.length === 1) return `${lead[0].label}, ${whole(lead[0].percent)} of ${plural(tally.voters, "voter")}`;
  return tieLine(tally.options);
}

/** Minutes and seconds, never below zero. @param {number} ms */
export function clockText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "12 of 21 min" for a segment under way. @param {any} segment @param {number} now */
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
