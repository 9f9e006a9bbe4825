// @ts-check
// What a count comes to, in words: the same on phone, stage and desk, and on the page without JavaScript
// (crates/core/src/translate/show_words.rs). tests/tables/counts.json holds both to one table.

/** @typedef {import("protocol").CountView} Count */
/** @typedef {import("protocol").TallyView} Tally */

/** A count as percent of voters, unrounded; 0 of 0 is 0. @param {number} count @param {number} voters */
export const share = (count, voters) => (voters > 0 ? (100 * count) / voters : 0);

/**
 * Whole percents, halves up. Somebody is never nobody, and not everybody is never all.
 * @param {number} percent As `share` gives it: what was rounded before would be rounded twice.
 */
export function percentText(percent) {
  const whole = Math.round(percent);
  if (whole === 0 && percent > 0) return "<1\u00a0%";
  if (whole === 100 && percent < 100) return ">99\u00a0%";
  return `${whole}\u00a0%`;
}

/**
 * The rows with most votes. Rows that stand for several answers at once never win.
 * @param {Count[]} counts
 */
export function leaders(counts) {
  const single = counts.filter((row) => row.id !== null && row.id !== undefined);
  const most = Math.max(0, ...single.map((row) => row.count));
  return most === 0 ? [] : single.filter((row) => row.count === most);
}

/** More characters of names than this are not read in one glance; then it is said how many they are. */
const NAMES_MAX = 240;

/** "A tie: …" with everyone who is in it; nothing where there is a winner. @param {Count[]} counts */
export function tieLine(counts) {
  const tied = leaders(counts).map((row) => row.label);
  if (tied.length < 2) return "";
  const names = `${tied.slice(0, -1).join(", ")} and ${tied.at(-1)}`;
  if (tied.length > 2 && [...names].length > NAMES_MAX) return `A tie of ${tied.length} answers`;
  return `A tie: ${names}`;
}

/** What is to be said of all rows together: a tie, or what the numbers come to; nothing where there is neither. @param {Tally} tally */
export function sumLine(tally) {
  if (!tally.numbers) return tieLine(tally.options);
  const { mean, median } = tally.numbers;
  return mean == null ? "" : `Median ${median}, mean ${mean}`;
}

/** The sets of picks that are not listed one by one. @param {number} sets @param {number} voters */
export const moreSets = (sets, voters) =>
  `${sets} more ${sets === 1 ? "combination" : "combinations"}, ${voters} ${voters === 1 ? "voter" : "voters"}`;

/** The answers that are put together for want of room. @param {number} answers */
export const moreAnswers = (answers) => `${answers} more ${answers === 1 ? "answer" : "answers"}`;
