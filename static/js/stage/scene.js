// @ts-check
// Which scene the stage shows: a pure choice from what is held.

/**
 * @typedef {object} Scene
 * @property {"connecting"|"welcome"|"segment"|"poll"|"ended"} name
 * @property {string} key The same key is the same scene, updated in place.
 * @property {any} [poll]
 * @property {any} [segment]
 * @property {number} [place] Of the segment in the agenda, from 1.
 */

/**
 * @param {{session: any, polls: any[]}} held
 * @returns {Scene}
 */
export function sceneOf({ session, polls }) {
  if (!session) return { name: "connecting", key: "connecting" };
  if (session.state === "ended") return { name: "ended", key: "ended" };
  if (session.state === "draft") return { name: "welcome", key: "welcome" };
  // The session's frame may come a moment before its poll's; until then the segment stays.
  const poll = session.on_stage && polls.find((one) => one.id === session.on_stage);
  if (poll) return { name: "poll", key: `poll ${poll.id}`, poll };
  const place = session.agenda.findIndex((/** @type {any} */ one) => one.id === session.current);
  if (place >= 0) {
    const segment = session.agenda[place];
    return { name: "segment", key: `segment ${segment.id}`, segment, place: place + 1 };
  }
  return { name: "welcome", key: "welcome" };
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
