// @ts-check
// Moves of segments and polls, as commands: a segment before another, a poll before another of its segment.

import { act, known, pollOf, say, store } from "./desk.js";
import { arranges } from "./drag.js";

/** Polls of a segment, or of none, in order. @param {string|null} segment */
export const pollsOf = (segment) => store.get.polls.filter((poll) => (poll.segment ?? null) === segment);

/** Frames within which a moved row is drawn in its new place. */
const FRAMES = 30;

/** A row that goes into another list is drawn anew; whoever moved it by its handle holds it still. @param {string} row @param {boolean} held */
function follow(row, held) {
  let left = FRAMES;
  const look = () => {
    const there = document.getElementById(row);
    const handle = /** @type {HTMLElement|null|undefined} */ (there?.querySelector(".handle"));
    if (left === FRAMES) there?.scrollIntoView({ block: "nearest" });
    if (held && handle && !document.activeElement?.matches("input, textarea, select, .handle")) handle.focus({ preventScroll: true });
    left -= 1;
    if (left > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const byHandle = () => document.activeElement?.matches(".handle") ?? false;

/** @param {string} id @param {string|null} before */
export async function moveSegment(id, before) {
  const held = byHandle();
  if (!await act("move_segment", { segment: id, before })) return;
  follow(`segment-${id}`, held);
  const { agenda } = known().session;
  const { title } = agenda.find((one) => one.id === id) ?? {};
  const next = agenda.find((one) => one.id === before);
  say(next ? `“${title}” now stands before “${next.title}”.` : `“${title}” is the last segment now.`);
}

/** One up or down; nothing at the ends. @param {string} id @param {number} by */
export function moveSegmentBy(id, by) {
  const { agenda } = known().session;
  const at = agenda.findIndex((one) => one.id === id);
  if (at + by < 0 || at + by >= agenda.length) return;
  void moveSegment(id, agenda[by < 0 ? at - 1 : at + 2]?.id ?? null);
}

/** @param {string} id @param {string|null} segment @param {string|null} [before] */
export async function movePoll(id, segment, before = null) {
  const held = byHandle();
  if (!await act("move_poll", { poll: id, segment, before })) return;
  follow(`outline-${id}`, held);
  const home = known().session.agenda.find((one) => one.id === segment);
  const next = pollOf(before);
  const where = home ? `in “${home.title}”` : "in no segment";
  say(`“${pollOf(id)?.question}” is ${where} now${next ? `, before “${next.question}”` : ", last"}.`);
}

/** One up or down, over the edges of segments too. @param {string} id @param {number} by */
export function movePollBy(id, by) {
  const poll = pollOf(id);
  if (!poll) return;
  const home = poll.segment ?? null;
  const here = pollsOf(home);
  const at = here.findIndex((one) => one.id === id);
  if (by < 0 && at > 0) return void movePoll(id, home, here[at - 1].id);
  if (by > 0 && at < here.length - 1) return void movePoll(id, home, here[at + 2]?.id ?? null);
  const homes = [...known().session.agenda.map((one) => one.id), null];
  const next = homes[homes.indexOf(home) + by];
  if (next === undefined) return;
  void movePoll(id, next, by < 0 ? null : pollsOf(next)[0]?.id ?? null);
}

arranges("segment", { to: (id, { before }) => moveSegment(id, before), by: moveSegmentBy });
arranges("poll", { to: (id, { segment = null, before }) => movePoll(id, segment, before), by: movePollBy });
