// @ts-check
// What the stage shows when no poll is on it: the way in, the current segment, the thank-you.
import { h, say, show } from "./dom.js";
import { SHOWN, drawQueue } from "./queue.js";
import { clockText, outcomeLine, plural, segmentClock, shortLink } from "./words.js";

/** @typedef {import("../session.js").Ready} Ready */
/** @typedef {import("protocol").SessionView} Session */

const KINDS = /** @type {Record<string, string>} */ ({ talk: "Talk", polls: "Polls", qa: "Questions and answers", demo: "Demo", break: "Break" });

/** A card's words change seldom: drawn anew if anything in them did. */
function redrawn() {
  let drawn = "";
  return (/** @type {unknown} */ picture, /** @type {() => void} */ draw) => {
    const text = JSON.stringify(picture);
    if (text === drawn) return;
    drawn = text;
    draw();
  };
}

/** @param {Session} session */
const agendaList = (session) => h("ol.agenda", { role: "list" }, ...session.agenda
  .filter((one) => one.kind !== "break")
  .map((one) => h("li", { dir: "auto" },
    h("span.agenda-title", {}, one.title), " ", one.speaker && h("span.agenda-speaker", {}, one.speaker))));

/** Before the first segment: what this is and how to come in. */
export function makeWelcome() {
  const node = h("section.scene.card.welcome");
  const once = redrawn();
  return {
    node,
    /** @param {import("./scene.js").Scene} _scene @param {Ready} held */
    update(_scene, { session }) {
      once([session.title, session.blurb, session.state, session.agenda], () => node.replaceChildren(
        h("p.kicker", {}, session.state === "draft" ? "Welcome" : "We begin in a moment"),
        h("h1.question", { dir: "auto" }, session.title),
        h("div.body", {}, session.blurb && h("p.blurb", { dir: "auto" }, session.blurb), agendaList(session))));
    },
    tick() {},
  };
}

/** The current segment. */
export function makeSegment() {
  const node = h("section.scene.card.segment");
  const clock = h("span.clock-text");
  const bar = h("span.clock-fill");
  const track = h("span.clock-track", { "aria-hidden": "true" }, bar);
  const time = h("p.clock", {}, track, clock);
  const big = h("p.break-left");
  const once = redrawn();
  return {
    node,
    rows: SHOWN,
    least: 1,
    /** @param {import("./scene.js").SegmentScene} scene @param {Ready} held @param {number} limit */
    update({ segment, place = 1, queue }, held, limit) {
      const { session, questions } = held;
      const next = session.agenda[place];
      const asked = queue?.slice(0, limit).map((one) => [one.id, one.text, one.name, one.source, one.voices]);
      once([segment, next?.title, next?.speaker, session.agenda.length, asked, questions?.open, questions?.rules], () => {
        node.dataset.kind = segment.kind;
        const links = segment.links.map((link) => h("li", { dir: "auto" },
          link.label, h("span.link-url", {}, shortLink(link.url))));
        node.replaceChildren(
          h("p.kicker", {}, `${KINDS[segment.kind] ?? segment.kind} \u00b7 ${place} of ${session.agenda.length}`),
          h("h1.question", { dir: "auto" }, segment.title),
          h("div.body", {},
            segment.speaker && h("p.speaker", { dir: "auto" }, segment.speaker),
            segment.kind === "break" && big,
            // Questions are the thing to see once there are some.
            segment.blurb && !queue?.length && h("p.blurb", { dir: "auto" }, segment.blurb),
            queue && drawQueue(queue, held, limit),
            segment.kind === "polls" && h("p.hint", {}, "The next question comes up here."),
            segment.kind === "demo" && h("p.hint", {}, "The demo comes up here."),
            links.length > 0 && h("ul.links", { role: "list" }, ...links)),
          h("div.foot", {},
            segment.kind !== "break" && time,
            next && h("p.next", { dir: "auto" }, h("span.next-word", {}, "Next"), [next.title, next.speaker].filter(Boolean).join(", "))));
      });
    },
    /** @param {import("./scene.js").SegmentScene} scene @param {Ready} _held @param {number} now */
    tick({ segment }, _held, now) {
      say(clock, segmentClock(segment, now));
      show(time, segment.started_at != null);
      const planned = (segment.planned_minutes ?? 0) * 60_000;
      show(track, planned > 0);
      const gone = now - (segment.started_at ?? now);
      if (planned) bar.style.transform = `scaleX(${Math.min(1, gone / planned)})`;
      track.toggleAttribute("data-over", planned > 0 && gone > planned);
      say(big, breakLeft(planned - gone, planned));
    },
  };
}

/** @param {number} left @param {number} planned */
function breakLeft(left, planned) {
  if (!planned) return "";
  if (left <= 0) return "Back in a moment";
  return left < 60_000 ? `${clockText(left)} left` : `${Math.ceil(left / 60_000)}\u00a0min left`;
}

/** After the end: thanks, and what was asked. */
export function makeEnded() {
  const node = h("section.scene.card.ended");
  const once = redrawn();
  return {
    node,
    /** @param {import("./scene.js").Scene} _scene @param {Ready} held @param {number} limit */
    update(_scene, { session, polls }, limit) {
      const asked = polls.filter((poll) => poll.phase !== "draft");
      once([session.title, asked, limit], () => {
        const shown = asked.slice(0, Math.max(1, limit));
        const rest = asked.length - shown.length;
        node.replaceChildren(
          h("p.kicker", { dir: "auto" }, session.title),
          h("h1.question", {}, "Thank you"),
          h("div.body", {},
            asked.length > 0 && h("p.small-head", {}, "What was asked"),
            h("ol.asked", { role: "list" }, ...shown.map((poll) => h("li", { dir: "auto" },
              h("span.asked-question", {}, poll.question), h("span.asked-result", {}, outcomeLine(poll))))),
            rest > 0 && h("p.hint", {}, `and ${plural(rest, "more question")}`)));
      });
    },
    tick() {},
  };
}
