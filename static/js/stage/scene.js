// @ts-check
// The scene that the stage shows, with what belongs to it.
import { askedOf, queueOf } from "./questions.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").QuestionsView} Questions */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").RunView} Run */
/** @typedef {import("protocol").SegmentView} Segment */

/**
 * @typedef {object} Scene
 * @property {"connecting"|"welcome"|"segment"|"demo"|"walk"|"question"|"poll"|"ended"} name
 * @property {string} key The same key is the same scene, updated in place.
 * @property {Poll} [poll]
 * @property {Question} [question] The one that is read out.
 * @property {Segment} [segment]
 * @property {Run} [run] The newest run of the segment's demo.
 * @property {import("protocol").WalkView} [walk] Where the host is in the segment's walkthrough.
 * @property {number} [place] Of the segment in the agenda, from 1.
 * @property {Question[]} [queue] Open questions to be shown under the segment; absent where they have no place.
 */
/** @typedef {Scene & {poll: Poll}} PollScene */
/** @typedef {Scene & {question: Question}} QuestionScene */
/** @typedef {Scene & {segment: Segment}} SegmentScene */
/** @typedef {SegmentScene & {run: Run}} RunScene */
/** @typedef {SegmentScene & {walk: import("protocol").WalkView}} WalkScene */
/**
 * What draws a scene. Each gets only the scenes of its name.
 * @typedef {object} View
 * @property {HTMLElement} node
 * @property {number} [rows] How many rows it has at most; fewer where they would get too small.
 * @property {number} [least]
 * @property {[number, number]|number[]} [shares] How much of the height the question may take, beside more and alone.
 * @property {Drawing["update"]} update
 * @property {Drawing["tick"]} tick What the clock changes.
 */
/** @typedef {{update(scene: Scene, held: Ready, limit: number): void, tick(scene: Scene, held: Ready, now: number): void}} Drawing */
/** @typedef {import("../session.js").Ready} Ready */

/**
 * The server decides what is shown (`session.shows`); here it is found among what is held. Frames of one act may come
 * one after the other: until what is to be shown is here, the segment stands in for it.
 * @param {Pick<import("../session.js").Held, "session"|"polls"|"questions">} held
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
  const place = session.agenda.findIndex((one) => one.id === session.current);
  if (place < 0) return { name: "welcome", key: "welcome" };
  const segment = session.agenda[place];
  const known = { segment, place: place + 1 };
  const ofSegment = (/** @type {{segment: string}} */ one) => one.segment === segment.id;
  const run = scene === "demo" && session.runs?.find(ofSegment);
  if (run) return { name: "demo", key: `demo ${segment.id}`, run, ...known };
  const walk = scene === "walk" && session.walks?.find(ofSegment);
  if (walk) return { name: "walk", key: `walk ${segment.id}`, walk, ...known };
  const queue = asksFor(segment, questions) ? queueOf(questions, segment.id) : undefined;
  return { name: "segment", key: `segment ${segment.id}`, queue, ...known };
}

/**
 * Questions belong under a segment for questions, and under any other that has nothing else to show.
 * @param {Segment} segment @param {Questions|null} questions
 */
function asksFor(segment, questions) {
  if (!questions || (!questions.rules.open && questions.open === 0)) return false;
  if (segment.kind === "qa") return true;
  return !["break", "polls", "demo"].includes(segment.kind) && !segment.blurb && segment.links.length === 0;
}

/** What a poll on stage is at: "asking", "closing", "counted" or "result". @param {Poll} poll */
export function stepOf(poll) {
  if (poll.revealed && poll.tally) return "result";
  if (poll.phase === "closing") return "closing";
  return poll.phase === "closed" ? "counted" : "asking";
}

/** Polls that take votes while the stage shows something else. @param {Poll[]} polls @param {Scene} scene */
export const openElsewhere = (polls, scene) =>
  polls.filter((poll) => poll.phase === "open" && poll.id !== scene.poll?.id);
