// @ts-check
// Paints the audience page anew when something changes: fills the parts of templates/parts in place, so that
// focus, typed text and a held slider stay. Words only ever become text nodes.

import { make, set } from "./audience-parts.js";
import {
  answerOf, ballotOf, begin as know, chanceWords, fault, freshOf, hintWords, isChance, isOne, isVerdict, mayVote, noteWords,
  stateWords,
} from "./audience-poll.js";
import { read } from "./device.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").Answer} Answer */
/** @typedef {import("protocol").OwnBallot} OwnBallot */
/** @typedef {{id: number|string, label: string}} Row What can be picked, and the value of its input. */

/**
 * The form of a poll: parts/poll.html. One of probability and number is there.
 * @typedef {HTMLFormElement & {write_in: HTMLInputElement, probability?: HTMLInputElement}} BallotForm
 */

/** An element that the page always has. @param {string} id */
const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** A part that a card or the head always has. @param {ParentNode} box @param {string} selector */
const part = (box, selector) => /** @type {HTMLElement} */ (box.querySelector(selector));
/** What audience.js knows. @type {import("audience").Known} */
let my;
/** Whether the polls that the page came with are known: they are not told. */
let ready = false;
/** The phase of each poll, or that its result is final, as it was last told. @type {Map<string, string>} */
const told = new Map();
/** What came and may be out of sight, by poll; its module is loaded with the first of it. @type {Map<string, string>} */
const arrived = new Map();
/** @type {ReturnType<typeof import("./audience-news.js").makeNews>|undefined} */
let news;
/** @param {string} id @param {string} words */
const addNews = (id, words) => {
  arrived.set(id, words);
  import("./audience-news.js").then(({ makeNews }) => {
    news ??= makeNews();
    for (const one of arrived) news.add(...one);
    arrived.clear();
    news?.paint();
  }, () => { /* The page itself shows it; only who has scrolled away is not told. */ });
};

// ---- Painting ----

/** How a result is shown; loaded with the first that there is to see. @type {typeof import("./audience-result.js")|undefined} */
let results;
/** @type {Promise<void>|null} */
let loading = null;
/** @param {() => void} then */
const loadResults = (then) => {
  if (results || loading) return;
  loading = import("./audience-result.js").then((module) => {
    results = module;
    then();
  }, () => {
    loading = null;
  });
};

/** A line of the list of links. @param {string} words @param {Partial<HTMLAnchorElement>} link */
const linkItem = (words, link) => make("li", "", Object.assign(make("a", "", words), link));

/** @param {import("protocol").SessionView} session */
const paintHead = ({ title, blurb, state, agenda, current, walks = [] }) => {
  const head = $("head");
  const segment = state === "live" ? agenda.find((one) => one.id === current) : undefined;
  /** @type {Pick<import("protocol").SegmentView, "kind"|"title"|"speaker"|"blurb"|"links">} */
  const now = segment || { kind: "", title: "", speaker: "", blurb: state === "draft" ? blurb : "", links: [] };
  for (const one of ["draft", "live", "ended"]) document.body.classList.toggle(one, one === state);
  set(document.head, { title });
  set(head, {
    h1: title,
    ".kind": now.kind && `Now: ${now.kind.replace("qa", "questions")}`,
    h2: now.title,
    ".by": now.speaker,
    ".blurb": now.blurb,
  });
  const walk = walks.find((one) => one.segment === segment?.id);
  const links = JSON.stringify([now.links, walk]);
  if (head.dataset.links === links) return;
  head.dataset.links = links;
  const items = now.links.map(({ url, label }) => linkItem(label, { href: url, target: "_blank", rel: "noopener" }));
  if (walk) items.unshift(linkItem(`Walk through it yourself, now at “${walk.title}”`, { href: `/walk/${my.code}` }));
  part(head, "ul").replaceChildren(...items);
};

/**
 * Rows for options, put after `head`; those that are there already stay the same elements.
 * @param {HTMLElement} head @param {string} name @param {"radio"|"checkbox"} type
 * @param {Row["id"][]} mine What is chosen. @param {Row[]} options
 */
const paintRows = (head, name, type, mine, options) => {
  const box = /** @type {HTMLElement} */ (head.parentNode);
  const rows = options.map(({ id, label }) => {
    const known = /** @type {HTMLInputElement|null} */ (box.querySelector(`.row [value="${id}"]`));
    const input = known ?? Object.assign(make("input", ""), { type, name, value: String(id) });
    const row = known?.parentElement ?? make("label", "row", input, make("span", ""));
    set(row, { span: label });
    input.defaultChecked = mine.includes(id);
    row.classList.toggle("mine", mine.includes(id));
    return row;
  });
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".row"))) {
    if (!rows.includes(row)) row.remove();
  }
  let before = head;
  for (const row of rows) {
    if (!row.parentNode) before.after(row);
    before = row;
  }
};

/** What is chosen, as the values of the rows. @param {Poll} poll @param {Answer} answer @returns {Row["id"][]} */
const chosenRows = (poll, { picks = [], write_in }) => {
  if (isVerdict(poll)) return picks.length > 1 ? [picks.join()] : picks;
  return write_in && !poll.range ? [...picks, "write-in"] : picks;
};

/** @param {Poll} poll @param {HTMLElement} card @param {BallotForm} form */
const paintForm = (poll, card, form) => {
  const answer = answerOf(poll);
  const { write_in = "", probability, by } = answer || {};
  /** @type {Row[]} */
  const options = [...poll.options];
  if (isVerdict(poll)) options.push({ id: "0,1", label: "Both yes and no" });
  if (poll.write_in) options.push({ id: "write-in", label: "Something else…" });
  const type = isOne(poll) ? "radio" : "checkbox";
  paintRows(part(form, ".hint"), "pick", type, chosenRows(poll, answer || {}), options);
  const dates = poll.horizons.length ? [...poll.horizons, { id: "", label: "I would rather not say" }] : [];
  paintRows(part(form, ".when legend"), "by", "radio", by === undefined ? [] : [by], dates);
  form.write_in.defaultValue = poll.range ? "" : write_in;
  const { from, to } = poll.range || { from: 0, to: 100 };
  const name = poll.range ? "number" : "probability";
  const label = poll.range ? "Your number" : "Probability in percent";
  const defaultValue = poll.range ? write_in : String(probability ?? "");
  for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(".chance input"))) {
    // A poll that has become another kind leaves nothing typed behind.
    if (one.type === "number" && one.name !== name) Object.assign(one, { name, value: "" });
    if (one.ariaLabel !== label) one.ariaLabel = label;
    Object.assign(one, { min: from, max: to, defaultValue });
  }
  // What is marked on the page is the voter's draft; it gives way when the answer itself changes.
  const counted = JSON.stringify(answer || null);
  if (card.dataset.answer !== undefined && card.dataset.answer !== counted) form.reset();
  card.dataset.answer = counted;
};

/** An empty card. */
const blankCard = () => {
  const { content } = /** @type {HTMLTemplateElement} */ ($("blank"));
  return /** @type {HTMLElement} */ (part(content, ".poll").cloneNode(true));
};

/** The result that each card shows, as it was told. @type {WeakMap<HTMLElement, string>} */
const resultShown = new WeakMap();

/** @param {Poll} poll @param {HTMLElement} card @param {Partial<OwnBallot>} ballot */
const paintResult = (poll, card, ballot) => {
  const now = JSON.stringify([poll.tally, poll.resolution, ballot]);
  if (resultShown.get(card) === now) return;
  if (poll.tally && !results) return loadResults(paint);
  part(card, ".result").replaceChildren(...(results ? results.resultParts(poll, ballot) : []));
  resultShown.set(card, now);
};

/** Fills the card of a poll, or a new one. @param {Poll} poll */
const paintCard = (poll) => {
  const card = document.getElementById(`poll-${poll.id}`) || blankCard();
  const form = /** @type {BallotForm} */ (part(card, ".ballot"));
  const back = /** @type {HTMLFormElement} */ (part(card, ".back"));
  const ballot = ballotOf(poll);
  const open = mayVote(poll);
  card.id = `poll-${poll.id}`;
  form.action = `/${my.code}/polls/${poll.id}/ballot`;
  back.action = `/${my.code}/polls/${poll.id}/withdraw`;
  const classes = {
    closed: !open,
    tap: isOne(poll) && !poll.horizons.length && !poll.range,
    words: poll.write_in,
    number: !!poll.range,
    probability: isChance(poll),
    voted: open && !!answerOf(poll),
    sent: !!my.kept[poll.id],
    bad: !!my.notes[poll.id],
  };
  // A vote may have been cast, and answered, before this module was here.
  const told = /** @type {import("audience").Told} */ (part(card, ".note"));
  const isEarly = card.dataset.answer === undefined && !!told.said;
  const wasSent = isEarly || card.matches(".sent");
  const wasBad = card.matches(".bad");
  for (const [name, holds] of Object.entries(classes)) card.classList.toggle(name, holds);
  // The answer to a press is brought into sight; a row that was tapped has it within itself.
  if (classes.bad ? !wasBad : wasSent && !classes.sent && !classes.tap) {
    requestAnimationFrame(() => part(card, ".note").scrollIntoView({ block: "nearest" }));
  }
  if (open) paintForm(poll, card, form);
  set(card, {
    ".tag": stateWords(poll),
    h2: poll.question,
    ".hint": hintWords(poll, form),
    ".unit": poll.range ? "" : " %",
    output: chanceWords(poll, (form.number || form.probability)?.value ?? ""),
    ".when legend": poll.horizons.length ? "By when?" : "",
    ".fresh": freshOf(poll).map((option) => `“${option.label}” was added after you voted. `).join(""),
    ".moved": (ballot.moved || []).map((move) => `“${move.from}” is now counted as ${move.into}. `).join(""),
    ".note": noteWords(poll, ballot),
    ".send": answerOf(poll) ? "Send change" : "Send",
  });
  paintResult(poll, card, ballot);
  return card;
};

/** Questions, chat and the rest come once there is nothing to vote on, or after a while: on a bad line a vote goes first. */
const VOTE_FIRST = 6000;
const LOAD_AGAIN = 15000;
/** @type {Promise<unknown>|null} */
let room = null;
/** @type {{paint: () => void}|undefined} */
let board;
/** The frame in which the rest of the page is painted; 0 where none is asked for. */
let waiting = 0;
const loadRoom = () => {
  room ??= import("./room/main.js").then((module) => {
    board = module.begin(my);
    // What came while it was on its way.
    for (const message of my.missed.splice(0)) my.hear?.(message);
    paint();
  }, () => setTimeout(() => {
    room = null;
    loadRoom();
  }, LOAD_AGAIN));
};

/** How far behind the viewer is, as set on this device or as the link says: nothing may be early until the room takes over. */
const lateness = () => {
  const channel = my.snap.session.channels.find((one) => one.id === my.via);
  const chosen = read(`${my.shelf}/delay`);
  const seconds = chosen === null ? channel?.delay_seconds : Number(chosen);
  return 1000 * Math.max(0, Math.min(300, seconds || 0));
};

/** What is on stage, and what takes votes: only when this changes are the polls arranged anew. A vote moves nothing. */
let asked = "";
/** The place of each poll, by id. @type {Record<string, number>} */
let ranks = {};

/**
 * 0: asked and on stage; 1: asked and not answered by this voter; 2: what the stage shows; 3: answered, still open; 4: the
 * rest, below everything else. Of an earlier segment that is also what still takes votes beside its result: the host has
 * gone on. src/web/asked.rs arranges the page by the same rule, so that nothing moves at the start.
 * @param {Poll} poll @param {string|null} onStage @param {string|null} current
 */
const rankOf = (poll, onStage, current) => {
  if (poll.revealed && poll.id !== onStage && poll.segment !== current) return 4;
  if (mayVote(poll)) return poll.id === onStage ? 0 : ballotOf(poll).answer ? 3 : 1;
  return poll.id === onStage ? 2 : 4;
};

/** @param {Pick<import("protocol").Snapshot, "session"|"polls">} snap */
const paintPolls = ({ session, polls }) => {
  const now = JSON.stringify([session.on_stage, session.current, polls.map((poll) => [poll.id, mayVote(poll), poll.revealed])]);
  if (now !== asked) ranks = Object.fromEntries(polls.map((poll) => [poll.id, rankOf(poll, session.on_stage, session.current)]));
  asked = now;
  const place = keepPlace();
  /** @type {HTMLElement[]} */
  const first = [];
  /** @type {HTMLElement[]} */
  const past = [];
  for (const poll of [...polls].sort((a, b) => ranks[a.id] - ranks[b.id])) {
    const card = paintCard(poll);
    // A card that has the focus is not taken away from under it.
    const stays = card.isConnected && card.contains(document.activeElement);
    const isPast = stays ? $("past").contains(card) : ranks[poll.id] > 3;
    (isPast ? past : first).push(card);
  }
  arrange($("polls"), first);
  arrange($("past"), past);
  place();
};

const paint = () => {
  const { session, polls } = my.snap;
  if (!polls.some((poll) => mayVote(poll) && !ballotOf(poll).answer)) loadRoom();
  paintHead(session);
  paintPolls(my.snap);
  const { current, runs = [], state } = session;
  const running = state === "live" && runs.some((run) => run.segment === current || /running|paused/.test(run.state));
  $("demo").hidden = !running;
  $("none").hidden = running || polls.some(mayVote);
  for (const poll of polls) tell(poll);
  news?.paint();
  // Once a frame at most: reactions come ten times a second.
  if (waiting || !board) return;
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    board?.paint();
  });
};

/**
 * Where a browser does not do so itself (WebKit), what is read stays where it is while cards come and go above it. At the very
 * top nothing is held: there, what is new is what should be seen.
 */
const keepPlace = () => {
  if (scrollY < 1 || CSS.supports("overflow-anchor", "auto")) return () => {};
  const shown = [...document.querySelectorAll(".poll, #demo, #room")];
  const top = shown.find((one) => one.getBoundingClientRect().bottom > 0);
  if (!top) return () => {};
  const from = top.getBoundingClientRect().top;
  return () => {
    if (top.isConnected) scrollBy(0, top.getBoundingClientRect().top - from);
  };
};

/**
 * Puts the cards in order. What holds the focus stays in its place, and the others are put around it.
 * @param {HTMLElement} box @param {HTMLElement[]} cards
 */
const arrange = (box, cards) => {
  if (cards.length === box.children.length && cards.every((card, i) => card === box.children[i])) return;
  const at = cards.findIndex((card) => card.parentNode === box && card.contains(document.activeElement));
  for (const card of [...box.children]) if (card !== cards[at]) card.remove();
  movedAt = performance.now();
  box.prepend(...cards.slice(0, Math.max(at, 0)));
  box.append(...cards.slice(at + 1));
};

/** @type {Record<string, string>} */
const PHASES = { open: "Open", closing: "Closing", closed: "Closed" };

/**
 * Tells those who do not see the page: that a poll opened or closed, and its result once, when it is final.
 * @param {Poll} poll
 */
const tell = (poll) => {
  const { tally } = poll;
  const now = tally?.final ? "final" : poll.phase;
  const before = told.get(poll.id);
  told.set(poll.id, now);
  if (!ready || before === now) return;
  if (now === "open") addNews(poll.id, "A new poll is open");
  if (now === "final" && poll.id === my.snap.session.on_stage) addNews(poll.id, "The result is here");
  if (!tally?.final) my.announce(`${PHASES[now]}: ${poll.question}`);
  else if (results) my.announce(results.resultWords(poll.question, tally));
  else loading?.then(() => results && my.announce(results.resultWords(poll.question, tally)));
};

// ---- Hands ----

/**
 * Listens for what happens inside the card of a poll.
 * @template {"click"|"focusout"} Type
 * @param {Type} type @param {(event: WindowEventMap[Type], poll: Poll, card: HTMLElement) => void} act
 */
const on = (type, act) => addEventListener(type, (event) => {
  const card = event.target instanceof Element ? event.target.closest(".poll") : null;
  const poll = card && my.snap.polls.find((one) => `poll-${one.id}` === card.id);
  if (poll) act(event, poll, /** @type {HTMLElement} */ (card));
});

/** For so long after cards have moved, they take no press of a finger: it was meant for what was there before. */
const SETTLE_MS = 500;
let movedAt = -SETTLE_MS;
addEventListener("click", (event) => {
  const isTouch = event instanceof PointerEvent && event.pointerType === "touch";
  const pointed = event.target instanceof Element && event.target.closest(".poll, #demo");
  if (!isTouch || !pointed || performance.now() - movedAt > SETTLE_MS) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

on("click", ({ target }, poll, card) => {
  if (!(target instanceof Element)) return;
  if (target.matches(".stay")) my.cast(poll.id, answerOf(poll) ?? undefined);
  const [fresh] = freshOf(poll);
  if (target.matches(".change") && fresh) part(card, `[value="${fresh.id}"]`).focus();
});

// Rows that were passed over with the arrows are no vote: the counted one is marked again.
on("focusout", ({ relatedTarget }, _, card) => {
  const form = /** @type {BallotForm} */ (part(card, ".ballot"));
  const isWriting = form.querySelector("[value=write-in]:checked");
  const stays = relatedTarget instanceof Node && form.contains(relatedTarget);
  if (card.classList.contains("tap") && !isWriting && !stays) form.reset();
});

/** Drops what this device kept for another session that had this code, and what older pages kept under the code itself. */
const tidyShelf = () => {
  const home = `salon/${my.code}`;
  const own = my.shelf.slice("salon/".length);
  try {
    const other = localStorage[home];
    if (other === own) return;
    const stale = [`${home}/`, `salon/${other}/`];
    for (const key of Object.keys(localStorage)) {
      if (stale.some((start) => `${key}/`.startsWith(start))) delete localStorage[key];
    }
    localStorage[home] = own;
  } catch { /* Nothing is kept. */ }
};

/** Called once by audience.js with what it knows. @param {import("audience").Known} core */
export const begin = (core) => {
  my = core;
  know(core);
  tidyShelf();
  // A page that was served with a run has the place for it already.
  if (!document.getElementById("demo")) $("past").before(Object.assign(document.createElement("section"), { id: "demo", hidden: true }));
  for (const poll of my.snap.polls) tell(poll);
  ready = true;
  my.late = lateness();
  setTimeout(loadRoom, VOTE_FIRST);
  return { paint, fault };
};
