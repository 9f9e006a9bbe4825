// @ts-check
// What the audience's page says about questions, in words, and what it reckons: no DOM here, so that it can be tested.

/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").RulesView} Rules */

/** Where a question of one's own stands. @param {Pick<import("protocol").OwnQuestion, "state"|"voices"|"note">} own @param {boolean} [over] Whether the session has ended. */
export function stateWords(own, over = false) {
  switch (own.state) {
    case "pending": return over ? "The session ended before a moderator looked at it." : "Received ✓ A moderator looks at it first.";
    case "asking": return "Being asked now!";
    case "answered": return "Answered";
    case "closed": return own.note ? "Closed:" : "Closed; there was no time for it.";
    case "merged": return "Counted together with another question:";
    case "hidden": return "A moderator has hidden this question.";
    case "withdrawn": return "Withdrawn by you.";
    default:
      if (over) return "The session ended before it was taken up.";
      return own.voices > 1 ? `Received ✓ ${own.voices} people want this answered.` : "Received ✓ Waiting to be taken up.";
  }
}

/** How long ago, roughly. @param {number} ms */
export function ago(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** Who asked, and where, as one would say it. @param {Pick<Question, "name"|"source">} question @param {Pick<Rules, "anonymous">} rules */
export function byline(question, rules) {
  const name = question.name || rules.anonymous || "Anonymous";
  return question.source ? `${name}, on ${question.source}` : name;
}

/** Minutes and seconds of a time, as the stage's clock shows them. @param {number} at Unix milliseconds */
export function clockText(at) {
  const seconds = Math.floor(at / 1000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export const DELAY_MAX = 300;

/** @param {number} seconds */
export const inRange = (seconds) => Math.max(0, Math.min(DELAY_MAX, Math.round(seconds)));

/**
 * The delay nearest to `guess` at which a clock so far behind has just reached a full ten seconds.
 * @param {number} now The server's time. @param {number} guess Seconds.
 */
export function snapped(now, guess) {
  const past = (now / 1000) % 10;
  const delay = Math.round((guess - past) / 10) * 10 + past;
  return delay < 0 ? delay + 10 : delay > DELAY_MAX ? delay - 10 : delay;
}

/**
 * Questions for the list: threads by their head, in the order wanted, with what follows them up.
 * @param {Question[]} list @param {"top"|"new"} sort
 */
export function threads(list, sort) {
  const heads = list.filter((one) => one.about == null || !list.some((head) => head.id === one.about));
  const open = heads.filter((one) => one.standing === "open");
  open.sort((a, b) => (sort === "new" ? 0 : Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.voices - a.voices) || (sort === "new" ? b.id - a.id : a.id - b.id));
  // A follow-up that is asked now stands on top, not under its question.
  const follow = (/** @type {Question} */ head) => list.filter((one) => one.about === head.id && one.standing !== "asking").sort((a, b) => a.id - b.id);
  const thread = (/** @type {Question} */ head) => ({ head, follow: follow(head) });
  return {
    asking: list.filter((one) => one.standing === "asking").map(thread),
    open: open.map(thread),
    done: heads.filter((one) => one.standing === "answered").map(thread),
  };
}

/**
 * Keeps an order that is under someone's finger: what is there stays where it is, what is new comes last.
 * @param {number[]} shown @param {number[]} wanted @param {boolean} held
 */
export function steadyOrder(shown, wanted, held) {
  if (!held) return wanted;
  const there = shown.filter((id) => wanted.includes(id));
  return [...there, ...wanted.filter((id) => !there.includes(id))];
}

/**
 * How many of each reaction came since; after a restart the totals begin anew.
 * @param {Record<string, number>|null} before @param {Record<string, number>} now
 */
export function newReactions(before, now) {
  if (!before) return [];
  return Object.entries(now).flatMap(([kind, total]) => {
    const more = total - (before[kind] ?? 0);
    return more > 0 ? [{ kind, n: more }] : [];
  });
}
