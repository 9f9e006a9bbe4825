// @ts-check
// The scene that the stage shows, with what belongs to it.
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
 * The server decides what is shown (`session.shows`); here it is found among what is held. Frames of one act may come
 * one after the other: until what is to be shown is here, the segment stands in for it.
 * @param {{session: any, polls: any[], questions?: any}} held
 * @returns {Scene}
 */
export function sceneOf({ session, polls, questions }) {
  if (!session) return { name: "connecting", key: "connecting" };
  const { scene, id } = session.shows;
  if (scene === "ended" || scene === "welcome") return { name: scene, key: scene };
  if (scene === "poll") {
    const poll = polls.find((one) => one.id === id);
    if (poll) return { name: "poll", key: `poll ${id}`, poll };
  }
  if (scene === "question") {
    const question = askedOf(questions);
    if (question && String(question.id) === id) return { name: "question", key: `question ${id}`, question };
  }
  const place = session.agenda.findIndex((/** @type {any} */ one) => one.id === session.current);
  if (place < 0) return { name: "welcome", key: "welcome" };
  const segment = session.agenda[place];
  const known = { segment, place: place + 1 };
  const ofSegment = (/** @type {any} */ one) => one.segment === segment.id;
  const run = scene === "demo" && session.runs?.find(ofSegment);
  if (run) return { name: "demo", key: `demo ${segment.id}`, run, ...known };
  const walk = scene === "walk" && session.walks?.find(ofSegment);
  if (walk) return { name: "walk", key: `walk ${segment.id}`, walk, ...known };
  const queue = asksFor(segment, questions) ? queueOf(questions, segment.id) : undefined;
  return { name: "segment", key: `segment ${segment.id}`, queue, ...known };
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
