// @ts-check
// What the speaker's view says, in words: no DOM here, so that it can be tested without a browser.

import { plural } from "../stage/words.js";

/** @typedef {import("protocol").ChannelSpec} Channel */
/** @typedef {import("protocol").SignalCount} Count */
/** @typedef {import("protocol").Presence} Presence */
/** @typedef {import("protocol").SegmentView} Segment */

const MINUTE = 60_000;
/** Time left from which on the end is near. */
const SOON = 2 * MINUTE;

/** The time of day where the speaker stands. @param {number} now @param {string} [zone] For tests. */
export const dayClock = (now, zone) =>
  new Date(now).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });

/**
 * How a segment stands to its plan. Words carry it all; the tone only colours them.
 * @param {Segment|undefined} segment @param {number} now
 * @returns {{text: string, tone: "plain"|"ok"|"soon"|"over"}}
 */
export function timeLeft(segment, now) {
  if (!segment || segment.started_at == null) return { text: "", tone: "plain" };
  const gone = Math.max(0, now - segment.started_at);
  if (!segment.planned_minutes) return { text: `${Math.floor(gone / MINUTE)}\u00a0min so far`, tone: "plain" };
  const left = segment.planned_minutes * MINUTE - gone;
  if (left <= -MINUTE) return { text: `${Math.floor(-left / MINUTE)}\u00a0min over`, tone: "over" };
  if (left <= 0) return { text: "Time is up", tone: "over" };
  if (left < MINUTE) return { text: `${Math.ceil(left / 1000)}\u00a0s left`, tone: "soon" };
  return { text: `${Math.ceil(left / MINUTE)}\u00a0min left`, tone: left <= SOON ? "soon" : "ok" };
}

/** How far a segment has gone through its plan, from 0 to 1; null without a plan. @param {Segment|undefined} segment @param {number} now */
export function shareGone(segment, now) {
  if (!segment?.planned_minutes || segment.started_at == null) return null;
  return Math.min(1, Math.max(0, (now - segment.started_at) / (segment.planned_minutes * MINUTE)));
}

/** "2:05" since then. @param {number|null|undefined} since @param {number} now */
export function sinceText(since, now) {
  if (since == null) return "";
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {Count} count */
export const answeredIn = (count) => count.both + count.sees_only + count.hears_only + count.neither;

/** "41 both fine · 2 only see · 1 only hear": what nobody said is left out. @param {Count} count */
export function signalWords(count) {
  /** @type {string[]} */
  const parts = [];
  const part = (/** @type {number} */ n, /** @type {string} */ words) => n > 0 && parts.push(`${n.toLocaleString("en")} ${words}`.replaceAll(" ", "\u00a0"));
  part(count.both, "both fine");
  part(count.sees_only, "only see");
  part(count.hears_only, "only hear");
  part(count.neither, "neither");
  return parts.join(" \u00b7 ") || "No answers yet";
}

/** "bad" once one in ten has a problem, "some" for fewer. @param {Count} count @returns {"none"|"fine"|"some"|"bad"} */
export function signalTone(count) {
  const all = answeredIn(count);
  if (all === 0) return "none";
  const troubled = all - count.both;
  if (troubled === 0) return "fine";
  return troubled * 10 >= all ? "bad" : "some";
}

/** How far the source of a count is behind, by the session's channels. @param {string} source @param {Channel[]} channels */
export const delayOf = (source, channels) => channels.find((one) => one.label === source)?.delay_seconds ?? 0;

/**
 * Where a signal check is: asking, then waiting for those who see the picture late, then over.
 * @param {import("protocol").SignalView} signal @param {Channel[]} channels @param {number} now
 * @returns {{at: "asking"|"late"|"over", text: string}}
 */
export function signalStep(signal, channels, now) {
  const left = Math.ceil((signal.until - now) / 1000);
  if (left > 0) return { at: "asking", text: `${left}\u00a0s left` };
  const late = channels.filter((one) => one.delay_seconds > 0 && signal.until + one.delay_seconds * 1000 > now);
  if (late.length) {
    const most = Math.max(...late.map((one) => one.delay_seconds));
    const wait = Math.ceil((signal.until + most * 1000 - now) / 1000);
    return { at: "late", text: `Waiting for ${late.map((one) => one.label).join(", ")}, ${wait}\u00a0s` };
  }
  const minutes = Math.floor((now - signal.until) / MINUTE);
  return { at: "over", text: minutes < 1 ? "Over" : `${minutes}\u00a0min ago` };
}

/** "52 here, 14 of them 30 s behind". @param {Presence|null} presence */
export function hereWords(presence) {
  if (!presence) return "";
  const here = `${presence.audience.toLocaleString("en")} here`;
  const behind = presence.behind ?? [];
  const n = behind.reduce((sum, [, people]) => sum + people, 0);
  if (n === 0) return here;
  const seconds = behind.map(([delay]) => delay);
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  return `${here}, ${n.toLocaleString("en")} of them ${least === most ? most : `${least} to ${most}`}\u00a0s behind`;
}

/**
 * Who has not seen yet what happened at that moment, because their picture comes late.
 * @param {Presence|null} presence @param {number|null|undefined} at @param {number} now
 */
export function notThereYet(presence, at, now) {
  if (at == null) return "";
  const late = (presence?.behind ?? []).filter(([delay]) => at + delay * 1000 > now);
  const n = late.reduce((sum, [, people]) => sum + people, 0);
  if (n === 0) return "";
  const most = Math.max(...late.map(([delay]) => delay));
  return `${n === 1 ? "1 viewer on a delay sees" : `${n.toLocaleString("en")} viewers on a delay see`} it within ${Math.ceil((at + most * 1000 - now) / 1000)}\u00a0s`;
}

/** What stands behind the questions shown. @param {number} n */
export const restWords = (n) => (n > 0 ? `and ${plural(n, "more question")} waiting` : "");
