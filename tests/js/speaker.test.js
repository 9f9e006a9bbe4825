// What the speaker's view says.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dayClock, delayOf, hereWords, notThereYet, restWords, shareGone, signalStep, signalTone, signalWords, sinceText, timeLeft,
} from "../../static/js/speaker/words.js";

const MINUTE = 60_000;
const plain = (text) => text.replaceAll("\u00a0", " ");
const count = (both, sees_only = 0, hears_only = 0, neither = 0, source = "") => ({ source, both, sees_only, hears_only, neither });
const channels = [{ id: "zoom", label: "Zoom", delay_seconds: 0 }, { id: "yt", label: "YouTube", delay_seconds: 30 }];

test("the time left is said in words, and over time as well", () => {
  const segment = { started_at: 0, planned_minutes: 21 };
  const at = (now) => { const { text, tone } = timeLeft(segment, now); return [plain(text), tone]; };
  assert.deepEqual(at(0), ["21 min left", "ok"]);
  assert.deepEqual(at(9 * MINUTE + 1), ["12 min left", "ok"]);
  assert.deepEqual(at(19 * MINUTE), ["2 min left", "soon"]);
  assert.deepEqual(at(21 * MINUTE - 40_000), ["40 s left", "soon"]);
  assert.deepEqual(at(21 * MINUTE + 1000), ["Time is up", "over"]);
  assert.deepEqual(at(24 * MINUTE), ["3 min over", "over"]);
});

test("a segment without plan or start has no time left", () => {
  assert.equal(plain(timeLeft({ started_at: 0, planned_minutes: null }, 5 * MINUTE).text), "5 min so far");
  assert.equal(timeLeft({ started_at: null, planned_minutes: 5 }, 0).text, "");
  assert.equal(timeLeft(undefined, 0).text, "");
  assert.equal(shareGone({ started_at: 0, planned_minutes: null }, 5), null);
  assert.equal(shareGone({ started_at: 0, planned_minutes: 10 }, 5 * MINUTE), 0.5);
  assert.equal(shareGone({ started_at: 0, planned_minutes: 10 }, 50 * MINUTE), 1);
});

test("clocks", () => {
  assert.equal(dayClock(Date.UTC(2026, 0, 1, 9, 5), "UTC"), "09:05");
  assert.equal(sinceText(0, 125_000), "2:05");
  assert.equal(sinceText(10_000, 0), "0:00");
  assert.equal(sinceText(null, 0), "");
});

test("a signal check in words leaves out what nobody said", () => {
  assert.equal(plain(signalWords(count(41, 2, 1))), "41 both fine · 2 only see · 1 only hear");
  assert.equal(plain(signalWords(count(3, 0, 0, 1))), "3 both fine · 1 neither");
  assert.equal(signalWords(count(0)), "No answers yet");
});

test("one trouble in ten is bad, fewer are some", () => {
  assert.equal(signalTone(count(0)), "none");
  assert.equal(signalTone(count(12)), "fine");
  assert.equal(signalTone(count(41, 2, 1)), "some");
  assert.equal(signalTone(count(9, 1)), "bad");
});

test("a check goes on for those who see the picture late", () => {
  const signal = { check: 1, opened_at: 0, until: 30_000 };
  const at = (now, of = channels) => { const { at: step, text } = signalStep(signal, of, now); return [step, plain(text)]; };
  assert.deepEqual(at(6500), ["asking", "24 s left"]);
  assert.deepEqual(at(40_000), ["late", "Waiting for YouTube, 20 s"]);
  assert.deepEqual(at(40_000, []), ["over", "Over"]);
  assert.deepEqual(at(200_000), ["over", "2 min ago"]);
  assert.equal(delayOf("YouTube", channels), 30);
  assert.equal(delayOf("Plain link", channels), 0);
});

test("who is here, and who is late", () => {
  assert.equal(hereWords(null), "");
  assert.equal(hereWords({ audience: 52 }), "52 here");
  assert.equal(plain(hereWords({ audience: 52, behind: [[30, 14]] })), "52 here, 14 of them 30 s behind");
  assert.equal(plain(hereWords({ audience: 52, behind: [[20, 4], [40, 10]] })), "52 here, 14 of them 20 to 40 s behind");
});

test("who has not seen the question yet, until the last of them has", () => {
  const presence = { audience: 52, behind: [[20, 4], [40, 1]] };
  assert.equal(plain(notThereYet(presence, 0, 10_000)), "5 viewers on a delay see it within 30 s");
  assert.equal(plain(notThereYet(presence, 0, 25_000)), "1 viewer on a delay sees it within 15 s");
  assert.equal(notThereYet(presence, 0, 40_000), "");
  assert.equal(notThereYet(presence, null, 0), "");
});

test("the rest of the queue", () => {
  assert.equal(plain(restWords(1)), "and 1 more question waiting");
  assert.equal(plain(restWords(4)), "and 4 more questions waiting");
  assert.equal(restWords(0), "");
});
