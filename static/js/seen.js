// @ts-check
// What this screen shows where a command begins. Two people who press in the same moment mean one step: the
// server carries out the first press and tells the second that it was done already.

/** @param {any} held */
const asked = (held) => held.questions?.list.find((/** @type {any} */ one) => one.standing === "asking")?.id ?? null;

/** @param {any} held @param {{segment?: string}} command */
const run = (held, { segment }) => held.session?.runs?.find((/** @type {any} */ one) => one.segment === segment)?.number ?? null;

/** @param {any} held @param {{poll?: string}} command */
const closesAt = (held, { poll }) => held.polls.find((/** @type {any} */ one) => one.id === poll)?.closes_at ?? null;

/** @type {Record<string, (held: any, command: any) => object>} */
const SEEN = {
  next: (held) => ({ from: held.session?.current ?? null }),
  previous: (held) => ({ from: held.session?.current ?? null }),
  undo: (held) => (held.session?.undo_step ? { step: held.session.undo_step } : {}),
  take_up: (held) => ({ asked: asked(held) }),
  take_up_next: (held) => ({ asked: asked(held) }),
  extend_poll: (held, command) => ({ closes_at: closesAt(held, command) }),
  clear_announcement: (held) => ({ at: held.session?.announcement?.at ?? null }),
  check_signal: (held) => ({ check: held.signal?.check ?? null }),
  end_signal: (held) => ({ check: held.signal?.check ?? null }),
};
for (const verb of ["start_run", "turn_knobs", "pause_run", "resume_run", "stop_run", "reset_run", "play_run"]) {
  SEEN[verb] = (held, command) => ({ run: run(held, command) });
}

/** What goes with this command; nothing with one that does not depend on where things stand. @param {any} command @param {any} held */
export const seen = (command, held) => SEEN[command.do]?.(held, command) ?? {};

/** Someone else did it, or it is so already: to be told, and no fault. @param {any} answer */
export const wasDone = (answer) => answer.type === "refused" && answer.code === "already_done";
