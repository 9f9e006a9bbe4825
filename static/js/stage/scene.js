// @ts-check
// Which scene the stage shows: a pure choice from what is held.
import { askedOf, queueOf } from "./questions.js";

/**
 * @typedef {object} Scene
 * @property {"connecting"|"welcome"|"segment"|"demo"|"walk"|"question"|"poll"|"ended"} name
 * @property {string} key The same key is the same scene, updated in place.
 * @property {any} [poll]
 * @property {any} [question] The one that is read out.
 * @property {any} [segment]
 * @property {any} [run] The newest run of the segment's demo.
 * @property {any} [walk] Where the host is in the segment's walkthrough.
 * @property {number} [place] Of the segment in the agenda, from 1.
 * @property {any[]} [queue] Open questions to be shown under the segment; absent where they have no place.
 */

/**
 * @param {{session: any, polls: any[], questions?: any}} held
 * @returns {Scene}
 */
export function sceneOf({ session, polls, questions }) {
  if (!session) return { name: "connecting", key: "connecting" };
  if (session.state === "ended") return { name: "ended", key: "ended" };
  if (session.state === "draft") return { name: "welcome", key: "welcome" };
  // The session's frame may come a moment before its poll's; until then what was there stays.
  const poll = session.on_stage && polls.find((one) => one.id === session.on_stage);
  if (poll) return { name: "poll", key: `poll ${poll.id}`, poll };
  const question = askedOf(questions);
  if (question) return { name: "question", key: `question ${question.id}`, question };
  const place = session.agenda.findIndex((/** @type {any} */ one) => one.id === session.current);
  if (place >= 0) {
    const segment = session.agenda[place];
    const run = session.runs?.find((/** @type {any} */ one) => one.segment === segment.id);
    if (run) return { name: "demo", key: `demo ${segment.id}`, segment, run, place: place + 1 };
    const walk = session.walks?.find((/** @type {any} */ one) => one.segment === segment.id);
    if (walk) return { name: "walk", key: `walk ${segment.id}`, segment, walk, place: place + 1 };
    const queue = asksFor(segment, questions) ? queueOf(questions, segment.id) : undefined;
    return { name: "segment", key: `segment ${segment.id}`, segment, place: place + 1, queue };
  }
  return { name: "welcome", key: "welcome" };
}

/**
 * Questions belong under a segment for questions, and under any other that has nothing else to show.
 * @param {any} segment @param {any} questions
 */
function asksFor(segment, questions) {
  if (!questions || (!questions.rules.open && questions.open === 0)) return false;
  if (segment.kind === "qa") return true;
  return segment.kind !== "break" && segment.kind !== "polls" && !segment.blurb && segment.links.length === 0;
}

/** What a poll on stage is at: "asking", "closing", "counted" or "result". @param {any} poll */
export function stepOf(poll) {
  if (poll.revealed && poll.tally) return "result";
  if (poll.phase === "closing") return "closing";
  return poll.phase === "closed" ? "counted" : "asking";
}

/** Polls that take votes while the stage shows something else. @param {any[]} polls @param {Scene} scene */
export const openElsewhere = (polls, scene) =>
  polls.filter((poll) => poll.phase === "open" && poll.id !== scene.poll?.id);
