// @ts-check
// Where the host is, and what is to be said of it: pure choices from what the session says.

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

/** The walkthrough that is current, or else the first of the agenda, as the server chooses. @param {Session|null} session */
export function walkOf(session) {
  if (!session) return null;
  const walks = session.walks ?? [];
  return walks.find((one) => one.segment === session.current) ?? walks[0] ?? null;
}

/**
 * What tells one place of a host from another: the number alone does not, as every walkthrough that nobody has touched has 0.
 * @param {{segment?: string, number?: number|string, step?: string}} walk
 */
export const placeKey = ({ segment = "", number = 0, step = "" }) => `${segment} ${number} ${step}`;

/** The poll that this viewer may still vote in and has not. @param {Pick<import("../session.js").Held, "session"|"polls"|"ballots">} held */
export function pollToVote({ session, polls, ballots }) {
  if (session?.state !== "live") return null;
  return polls.find((poll) => poll.phase === "open" && !ballots.get(poll.id)?.answer) ?? null;
}

/**
 * What is drawn of polls in the pictures of a step: another text, other pictures. A count that still moves is not
 * followed vote by vote: each is a picture to be computed.
 * @param {Poll[]} polls @param {string|undefined} segment @param {string} step @param {(poll: Poll) => unknown} count
 */
export function drawnOf(polls, segment, step, count) {
  const drawn = polls.filter((poll) => poll.step === step && poll.segment === segment && poll.revealed && poll.tally);
  return JSON.stringify(drawn.map((poll) => [poll.id, count(poll)]));
}

/** @param {{follows: boolean, step: string, walk: import("protocol").WalkView|null}} at @returns {{words: string, link: string}} */
export function hostWords({ follows, step, walk }) {
  if (follows) return { words: "You are where the host is.", link: "" };
  if (!walk) return { words: "", link: "Go to where the host is" };
  if (walk.step === step) return { words: "You are on your own, at the host’s step. ", link: "Go back to what the host shows" };
  return { words: "You are on your own. The host is at: ", link: walk.title };
}
