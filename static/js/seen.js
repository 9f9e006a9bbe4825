// @ts-check
// What this screen shows where a command begins. Two people who press in the same moment mean one step: the
// server carries out the first press and tells the second that it was done already.

/** @typedef {Readonly<import("./session.js").Held>} Held */

/** @typedef {import("protocol").HostCommand} Command */
/** @typedef {Command["do"]} Verb */
/**
 * What a command of this name says beside its name.
 * @template {Verb} Name
 * @typedef {Omit<Extract<Command, {do: Name}>, "do">} Rest
 */
/** @typedef {{do: string, segment?: unknown, poll?: unknown, question?: number}} Named What of a command matters here. */

/** The list of questions comes a moment after the answer to one's own press; until then one knows better. */
const KNOWS_MS = 2000;
/** The question that is asked since one's own last press, and how long that is trusted. @type {{asked: number|null|undefined, until: number}} */
let own = { asked: null, until: 0 };

/** @param {Held} held @returns {{asked?: number|null}} */
function asked(held) {
  const shown = held.questions?.list.find((one) => one.standing === "asking")?.id ?? null;
  if (performance.now() >= own.until || own.asked === shown) return { asked: shown };
  // Which one came next is not known here yet: then nothing is said.
  return own.asked === undefined ? {} : { asked: own.asked };
}

/** What a command of one's own that was carried out has changed. @param {Named} command @param {Held} held */
export function carriedOut({ do: verb, question }, held) {
  /** @type {Record<string, number|null|undefined>} */
  const now = { take_up: question, take_up_next: undefined, answered: null, reopen_question: null };
  if (!(verb in now)) return;
  // One that was not asked was answered, or opened again: the one that is asked still is.
  if (now[verb] === null && asked(held).asked !== question) return;
  own = { asked: now[verb], until: performance.now() + KNOWS_MS };
}

/** @param {Held} held @param {{segment?: unknown}} command */
const run = (held, { segment }) => held.session?.runs?.find((one) => one.segment === segment)?.number ?? null;

/** @param {Held} held @param {{poll?: unknown}} command */
const closesAt = (held, { poll }) => held.polls.find((one) => one.id === poll)?.closes_at ?? null;

/** @type {Record<string, (held: Held, command: Named) => object>} */
const SEEN = {
  next: (held) => ({ from: held.session?.current ?? null }),
  previous: (held) => ({ from: held.session?.current ?? null }),
  undo: (held) => (held.session?.undo_step ? { step: held.session.undo_step } : {}),
  take_up: asked,
  take_up_next: asked,
  extend_poll: (held, command) => ({ closes_at: closesAt(held, command) }),
  clear_announcement: (held) => ({ at: held.session?.announcement?.at ?? null }),
  check_signal: (held) => ({ check: held.signal?.check ?? null }),
  end_signal: (held) => ({ check: held.signal?.check ?? null }),
};
for (const verb of ["start_run", "turn_knobs", "pause_run", "resume_run", "stop_run", "reset_run", "play_run"]) {
  SEEN[verb] = (held, command) => ({ run: run(held, command) });
}

/** What goes with this command; nothing with one that does not depend on where things stand. @param {Named} command @param {Held} held */
export const seen = (command, held) => SEEN[command.do]?.(held, command) ?? {};

/** A command with what this screen shows where it begins. @param {Verb} verb @param {object} rest @param {Held} held */
export function withSeen(verb, rest, held) {
  const command = { do: verb, ...rest };
  return /** @type {Command} */ (/** @type {unknown} */ ({ ...command, ...seen(command, held) }));
}

/** Someone else did it, or it is so already: to be told, and no fault. @param {{type: string, code?: string}} answer */
export const wasDone = (answer) => answer.type === "refused" && answer.code === "already_done";
