// @ts-check
// The stage for those who hear it: a table of the tally, and each poll, final result and question from the room
// said once.
import { h, say } from "./dom.js";
import { howTo, resultInWords } from "./words.js";
import { moreSets, percentText, share } from "../counts.js";
import { askedAloud } from "./questions.js";
import { stepOf } from "./scene.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {{label: string, count: number}} Row */

/** @param {Poll} poll */
export function tallyTable(poll) {
  const { tally } = poll;
  if (!tally) return [];
  const row = (/** @type {Row} */ one) => h("tr", {},
    h("th", { scope: "row" }, one.label), h("td", {}, String(one.count)), h("td", {}, percentText(share(one.count, tally.voters))));
  const more = tally.more_combos;
  const table = (/** @type {string} */ caption, /** @type {Row[]} */ rows) => h("table", {},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...["Answer", "Votes", "Percent of voters"].map((word) => h("th", { scope: "col" }, word)))),
    h("tbody", {}, ...rows.map(row)));
  const tables = [];
  if (tally.options.length) tables.push(table(poll.question, tally.options));
  if (tally.combos.length) tables.push(table(more ? `Combinations; ${moreSets(more.sets, more.voters)} are not listed` : "Combinations", tally.combos));
  const bins = tally.forecast?.histogram;
  if (poll.answer === "probability" && bins) {
    tables.push(table(poll.question, bins.map((/** @type {number} */ count, /** @type {number} */ bin) => ({
      label: bin === 9 ? "90 to 100 %" : `${bin * 10} to ${bin * 10 + 9} %`,
      count,
    }))));
  }
  if (tally.forecast?.by.length) tables.push(table("By when", tally.forecast.by));
  return tables;
}

/**
 * @param {HTMLElement} status A live region.
 * @param {HTMLElement} place Where the tables go.
 */
export function teller(status, place) {
  const asked = new Set();
  const resulted = new Set();
  const takenUp = new Set();
  let drawn = "";
  return (/** @type {import("./scene.js").Scene} */ { poll, question }, /** @type {import("../session.js").Ready} */ held) => {
    const shown = poll && stepOf(poll) === "result";
    const picture = shown ? JSON.stringify([poll.id, poll.question, poll.tally]) : "";
    if (picture !== drawn) {
      drawn = picture;
      place.replaceChildren(...(shown ? tallyTable(poll) : []));
    }
    if (question) {
      // The same question taken up again is news; another wording of it is not.
      const taken = `${question.id} ${question.standing_at}`;
      if (!takenUp.has(taken)) say(status, askedAloud(question, held.questions.rules));
      takenUp.add(taken);
    }
    if (!poll) return;
    if (shown && poll.tally?.final && !resulted.has(poll.id)) {
      resulted.add(poll.id);
      asked.add(poll.id);
      say(status, `${poll.question} ${resultInWords(poll)}`);
    } else if (!asked.has(poll.id)) {
      asked.add(poll.id);
      say(status, `${poll.question} ${howTo(poll)}.`);
    }
  };
}
