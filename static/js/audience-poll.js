// @ts-check
// What is known about a poll on the audience page, and what is said of it in words.

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").Answer} Answer */
/** @typedef {import("protocol").OwnBallot} OwnBallot */

/** What audience.js knows. @type {import("audience").Known} */
let my;

/** Called before anything else. @param {import("audience").Known} core */
export const begin = (core) => {
  my = core;
};

/** @param {Poll} poll @returns {Partial<OwnBallot>} */
export const ballotOf = (poll) => my.snap.ballots.find((ballot) => ballot.poll === poll.id) || {};
/** What this voter chose last, counted or not. @param {Poll} poll @returns {Answer|null|undefined} */
export const answerOf = (poll) => (my.kept[poll.id] || ballotOf(poll)).answer;
/** @param {Poll} poll */
export const isVerdict = (poll) => poll.answer === "verdict";
/** @param {Poll} poll */
export const isChance = (poll) => poll.answer === "probability";
/** Whether only one can be chosen. @param {Poll} poll */
export const isOne = (poll) => poll.max === 1 || isVerdict(poll);

/** How many may be picked, in words. @param {Poll} poll */
const many = (poll) => {
  if (isOne(poll)) return "one";
  if (poll.kind === "yes_no") return "one or both";
  if (poll.min === poll.max) return `exactly ${poll.max}`;
  return poll.min > 1 ? `${poll.min} to ${poll.max}` : `up to ${poll.max}`;
};

/** Milliseconds until it closes for this viewer, who may be watching with a delay. @param {Poll} poll */
const timeLeft = (poll) => {
  if (poll.closes_at == null) return Infinity;
  const channel = my.snap.session.channels.find((one) => one.id === my.via);
  const delay = channel ? channel.delay_seconds * 1000 : 0;
  return poll.closes_at + delay - my.now();
};

/** @param {Poll} poll */
export const mayVote = (poll) => my.snap.session.state === "live" && poll.phase !== "closed" && timeLeft(poll) > 0;

/** Options that are newer than this voter's ballot. @param {Poll} poll */
export const freshOf = (poll) => {
  const { answer, revision } = ballotOf(poll);
  if (!answer || revision === undefined || !mayVote(poll)) return [];
  return poll.options.filter((option) => option.since > revision);
};

/** @param {number} number @param {{from: number, to: number}} range */
const isWithin = (number, { from, to }) => Number.isInteger(number) && number >= from && number <= to;

/** Why an answer cannot be sent, in words; nothing if it can. @param {string} id @param {Answer} answer */
export const fault = (id, { picks = [], write_in, probability }) => {
  const poll = my.snap.polls.find((one) => one.id === id);
  if (!poll) return "";
  const chosen = picks.length + (write_in === undefined ? 0 : 1);
  if (isChance(poll)) {
    return isWithin(probability ?? NaN, { from: 0, to: 100 }) ? "" : "Give a whole number from 0 to 100.";
  }
  if (poll.range) {
    const number = write_in ? Number(write_in) : NaN;
    return isWithin(number, poll.range) ? "" : `Give a whole number from ${poll.range.from} to ${poll.range.to}.`;
  }
  if (write_in !== undefined && !write_in.trim()) return "Write your own answer first.";
  if (!chosen) return "Choose an answer first.";
  return chosen < poll.min || chosen > poll.max ? `Choose ${many(poll)}; you chose ${chosen}.` : "";
};

// ---- In words ----

/** @param {number} seconds */
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** @param {Poll} poll */
export const stateWords = (poll) => {
  const left = Math.ceil(timeLeft(poll) / 1000);
  if (poll.phase === "closed") {
    return poll.revealed ? "Closed. This is the result." : "Closed. The result comes when the host reveals it.";
  }
  if (poll.phase === "closing") {
    return left > 0
      ? `You are watching with a delay: ${left} s left for you`
      : "Closed for you; waiting for viewers on a delay";
  }
  if (left === Infinity) return poll.revealed ? "Open; the result is shown as it comes in" : "Open";
  return left > 0 ? `Open, closes in ${minutes(left)}` : "Closing";
};

/** What is to be done in a form. @param {Poll} poll @param {HTMLFormElement} form */
export const hintWords = (poll, form) => {
  const chosen = form.querySelectorAll("[name=pick]:checked").length;
  if (isChance(poll)) return "How likely is it?";
  if (poll.range) return `A whole number from ${poll.range.from} to ${poll.range.to}`;
  return chosen && !isOne(poll) ? `${chosen} chosen, ${many(poll)}` : `Choose ${many(poll)}`;
};

/** What is given beside a slider, in words: it stands somewhere before anything is chosen. @param {Poll} poll @param {string} percent As it stands in the form. */
export const chanceWords = (poll, percent) => {
  if (!percent) return "Not chosen yet";
  if (!isChance(poll)) return "";
  const words = ["very unlikely", "unlikely", "about even", "likely", "very likely"];
  return words[Math.max(0, Math.min(4, Math.floor(Number(percent) / 20)))];
};

/** What became of the vote. @param {Poll} poll @param {Partial<OwnBallot>} ballot */
export const noteWords = (poll, { answer, labels = [] }) => {
  const note = my.notes[poll.id];
  if (note) return note;
  if (my.kept[poll.id]) {
    if (my.live) return "Sending…";
    return `Kept on this device: will be sent when ${navigator.onLine ? "the server answers" : "you are back online"}.`;
  }
  if (!answer) return "";
  const votes = labels.join(" + ");
  return mayVote(poll) ? `Counted ✓ ${votes}. You can change it until the close.` : `You voted: ${votes}`;
};
