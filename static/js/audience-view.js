// Paints the audience page anew when something changes: fills the parts of templates/parts in place, so that
// focus, typed text and a held slider stay. Words only ever become text nodes. Here p is a poll.

import { make, set } from "./audience-parts.js";

const $ = (id) => document.getElementById(id);
/** What audience.js knows. */
let my;
/** The phase of each poll, and whether its result is final, as they were last told. */
const told = {};
/** What came and may be out of sight, by poll; its module is loaded with the first of it. */
const arrived = new Map();
let news;
const addNews = (id, words) => {
  arrived.set(id, words);
  import("./audience-news.js").then(({ makeNews }) => {
    news ??= makeNews();
    for (const one of arrived) news.add(...one);
    arrived.clear();
    news?.paint();
  }, () => { /* The page itself shows it; only who has scrolled away is not told. */ });
};

// ---- What is known about a poll ----

const ballotOf = (p) => my.snap.ballots.find((one) => one.poll === p.id) || {};
const answerOf = (p) => (my.kept[p.id] || ballotOf(p)).answer;
const isVerdict = (p) => p.answer === "verdict";
const isChance = (p) => p.answer === "probability";
const isOne = (p) => p.max === 1 || isVerdict(p);

/** How many may be picked, in words. */
const many = (p) => {
  if (isOne(p)) return "one";
  if (p.kind === "yes_no") return "one or both";
  if (p.min === p.max) return `exactly ${p.max}`;
  return p.min > 1 ? `${p.min} to ${p.max}` : `up to ${p.max}`;
};

/** Milliseconds until it closes for this viewer, who may be watching with a delay. */
const timeLeft = (p) => {
  if (p.closes_at == null) return Infinity;
  const channel = my.snap.session.channels.find((one) => one.id === my.via);
  return p.closes_at + (channel ? channel.delay_seconds * 1000 : 0) - my.now();
};

const mayVote = (p) => my.snap.session.state === "live" && p.phase !== "closed" && timeLeft(p) > 0;

/** Options that are newer than this voter's ballot. */
const freshOf = (p) => {
  const { answer, revision } = ballotOf(p);
  return answer && mayVote(p) ? p.options.filter((option) => option.since > revision) : [];
};

/** Why an answer cannot be sent, in words; nothing if it can. */
const fault = (id, { picks = [], write_in, probability }) => {
  const p = my.snap.polls.find((one) => one.id === id);
  const n = picks.length + (write_in === undefined ? 0 : 1);
  if (isChance(p)) {
    return Number.isInteger(probability) && probability >= 0 && probability <= 100 ? "" : "Give a whole number from 0 to 100.";
  }
  if (p.range) {
    const { from, to } = p.range, number = write_in ? Number(write_in) : NaN;
    return Number.isInteger(number) && number >= from && number <= to ? "" : `Give a whole number from ${from} to ${to}.`;
  }
  if (write_in !== undefined && !write_in.trim()) return "Write your own answer first.";
  if (!n) return "Choose an answer first.";
  return n < p.min || n > p.max ? `Choose ${many(p)}; you chose ${n}.` : "";
};

// ---- In words ----

const stateWords = (p) => {
  const left = Math.ceil(timeLeft(p) / 1000);
  if (p.phase === "closed") return p.revealed ? "Closed. This is the result." : "Closed. The result comes when the host reveals it.";
  if (p.phase === "closing") {
    return left > 0 ? `You are watching with a delay: ${left} s left for you` : "Closed for you; waiting for viewers on a delay";
  }
  if (left === Infinity) return p.revealed ? "Open; the result is shown as it comes in" : "Open";
  return left > 0 ? `Open, closes in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Closing";
};

const hintWords = (p, form) => {
  const n = form.querySelectorAll("[name=pick]:checked").length;
  if (isChance(p)) return "How likely is it?";
  if (p.range) return `A whole number from ${p.range.from} to ${p.range.to}`;
  return n && !isOne(p) ? `${n} chosen, ${many(p)}` : `Choose ${many(p)}`;
};

const chanceWords = (percent) => {
  const words = ["very unlikely", "unlikely", "about even", "likely", "very likely"];
  return percent && words[Math.max(0, Math.min(4, Math.floor(percent / 20)))];
};

const noteWords = (p, { answer, labels }) => {
  if (my.notes[p.id]) return my.notes[p.id];
  if (my.kept[p.id]) {
    return my.live ? "Sending…" : `Kept on this device: will be sent when ${navigator.onLine ? "the server answers" : "you are back online"}.`;
  }
  if (!answer) return "";
  const votes = labels.join(" + ");
  return mayVote(p) ? `Counted ✓ ${votes}. You can change it until the close.` : `You voted: ${votes}`;
};

// ---- Painting ----

/** How a result is shown; loaded with the first that there is to see. */
let results, loading;
const loadResults = (then) => {
  if (results || loading) return;
  loading = import("./audience-result.js").then((module) => {
    results = module;
    then();
  }, () => loading = null);
};

const paintHead = ({ title, blurb, state, agenda, current, walks = [] }) => {
  const head = $("head");
  const segment = state === "live" && agenda.find((one) => one.id === current);
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
  head.querySelector("ul").replaceChildren(
    ...(walk ? [make("li", "", Object.assign(make("a", "", `Walk through it yourself, now at “${walk.title}”`), { href: `/walk/${my.code}` }))] : []),
    ...now.links.map(({ url, label }) => make("li", "", Object.assign(make("a", "", label), { href: url, target: "_blank", rel: "noopener" }))));
};

/** Rows for options, put after `head`; those that are there already stay the same elements. */
const paintRows = (head, name, type, mine, options) => {
  const box = head.parentNode;
  const rows = options.map(({ id, label }) => {
    const input = box.querySelector(`.row [value="${id}"]`);
    const row = input ? input.parentNode
      : make("label", "row", Object.assign(make("input", ""), { type, name, value: id }), make("span", ""));
    set(row, { span: label });
    row.firstChild.defaultChecked = mine.includes(id);
    row.classList.toggle("mine", mine.includes(id));
    return row;
  });
  for (const row of box.querySelectorAll(".row")) if (!rows.includes(row)) row.remove();
  let before = head;
  for (const row of rows) {
    if (!row.parentNode) before.after(row);
    before = row;
  }
};

const paintForm = (p, card, form) => {
  const answer = answerOf(p);
  const { picks = [], write_in = "", probability = "", by } = answer || {};
  const options = [...p.options];
  if (isVerdict(p)) options.push({ id: "0,1", label: "Both yes and no" });
  if (p.write_in) options.push({ id: "write-in", label: "Something else…" });
  const mine = isVerdict(p) ? [picks.length > 1 ? picks.join() : picks[0]] : write_in && !p.range ? [...picks, "write-in"] : picks;
  paintRows(form.querySelector(".hint"), "pick", isOne(p) ? "radio" : "checkbox", mine, options);
  const dates = p.horizons.length ? [...p.horizons, { id: "", label: "I would rather not say" }] : [];
  paintRows(form.querySelector(".when legend"), "by", "radio", [by], dates);
  form.write_in.defaultValue = p.range ? "" : write_in;
  for (const one of form.querySelectorAll(".chance input")) {
    const { from = 0, to = 100 } = p.range || {};
    const name = p.range ? "number" : "probability";
    // A poll that has become another kind leaves nothing typed behind.
    if (one.type === "number" && one.name !== name) Object.assign(one, { name, value: "" });
    const label = p.range ? "Your number" : "Probability in percent";
    if (one.ariaLabel !== label) one.ariaLabel = label;
    Object.assign(one, { min: from, max: to, defaultValue: p.range ? write_in : probability });
  }
  // What is marked on the page is the voter's draft; it gives way when the answer itself changes.
  const counted = JSON.stringify(answer || null);
  if (card.dataset.answer !== undefined && card.dataset.answer !== counted) form.reset();
  card.dataset.answer = counted;
};

/** Fills the card of a poll, or a new one. */
const paintCard = (p) => {
  const card = $(`poll-${p.id}`) || $("blank").content.firstElementChild.cloneNode(true);
  const form = card.querySelector(".ballot"), ballot = ballotOf(p), open = mayVote(p);
  card.id = `poll-${p.id}`;
  form.action = `/${my.code}/polls/${p.id}/ballot`;
  card.querySelector(".back").action = `/${my.code}/polls/${p.id}/withdraw`;
  const classes = {
    closed: !open,
    tap: isOne(p) && !p.horizons.length && !p.range,
    words: p.write_in,
    number: p.range,
    probability: isChance(p),
    voted: open && answerOf(p),
    sent: my.kept[p.id],
    bad: my.notes[p.id],
  };
  // A vote may have been cast, and answered, before this module was here.
  const early = card.dataset.answer === undefined && card.querySelector(".note").said;
  const before = early || card.matches(".sent"), wrong = card.matches(".bad");
  for (const name in classes) card.classList.toggle(name, Boolean(classes[name]));
  // The answer to a press is brought into sight; a row that was tapped has it within itself.
  if (classes.bad ? !wrong : before && !classes.sent && !classes.tap) {
    requestAnimationFrame(() => card.querySelector(".note").scrollIntoView({ block: "nearest" }));
  }
  if (open) paintForm(p, card, form);
  set(card, {
    ".tag": stateWords(p),
    h2: p.question,
    ".hint": hintWords(p, form),
    ".unit": p.range ? "" : " %",
    output: isChance(p) ? chanceWords(form.probability.value) : "",
    ".when legend": p.horizons.length ? "By when?" : "",
    ".fresh": freshOf(p).map((option) => `“${option.label}” was added after you voted. `).join(""),
    ".moved": (ballot.moved || []).map((move) => `“${move.from}” is now counted as ${move.into}. `).join(""),
    ".note": noteWords(p, ballot),
    ".send": answerOf(p) ? "Send change" : "Send",
  });
  const shown = JSON.stringify([p.tally, p.resolution, ballot]);
  if (card.shown !== shown && (results || !p.tally)) {
    card.querySelector(".result").replaceChildren(...(p.tally ? results.resultParts(p, ballot) : []));
    card.shown = shown;
  } else if (p.tally) {
    loadResults(paint);
  }
  return card;
};

/** Questions, chat and the rest come once there is nothing to vote on, or after a while: on a bad line a vote goes first. */
const VOTE_FIRST = 6000;
const LOAD_AGAIN = 15000;
let room, board, waiting;
const loadRoom = () => {
  room ??= import("./room/main.js").then((module) => {
    board = module.begin(my);
    // What came while it was on its way.
    for (const m of my.missed.splice(0)) my.hear(m);
    paint();
  }, () => setTimeout(() => {
    room = null;
    loadRoom();
  }, LOAD_AGAIN));
};

/** How far behind the viewer is, as set on this device or as the link says: nothing may be early until the room takes over. */
const lateness = () => {
  let seconds = my.snap.session.channels.find((one) => one.id === my.via)?.delay_seconds || 0;
  try { seconds = localStorage.getItem(`${my.shelf}/delay`) ?? seconds; } catch { /* As the link says, then. */ }
  return 1000 * Math.max(0, Math.min(300, seconds)) || 0;
};

/** What is on stage, and what takes votes: only when this changes are the polls arranged anew. A vote moves nothing. */
let asked = "";
/** The place of each poll, by id. */
let ranks = {};

/**
 * 0: asked and on stage; 1: asked and not answered by this voter; 2: what the stage shows; 3: answered, still open; 4: the
 * rest, below everything else. src/web/asked.rs arranges the page by the same rule, so that nothing moves at the start.
 */
const rankOf = (p, onStage) => {
  if (mayVote(p)) return p.id === onStage ? 0 : ballotOf(p).answer ? 3 : 1;
  return p.id === onStage ? 2 : 4;
};

const paintPolls = ({ session, polls }) => {
  const now = JSON.stringify([session.on_stage, polls.map((p) => [p.id, mayVote(p), p.revealed])]);
  if (now !== asked) ranks = Object.fromEntries(polls.map((p) => [p.id, rankOf(p, session.on_stage)]));
  asked = now;
  const place = keepPlace();
  const boxes = [[], []];
  for (const p of [...polls].sort((a, b) => ranks[a.id] - ranks[b.id])) {
    const card = paintCard(p), past = $("past").contains(card);
    // A card that has the focus is not taken away from under it.
    const stays = card.isConnected && card.contains(document.activeElement);
    boxes[(stays ? past : ranks[p.id] > 3) ? 1 : 0].push(card);
  }
  arrange($("polls"), boxes[0]);
  arrange($("past"), boxes[1]);
  place();
};

const paint = () => {
  const { session, polls } = my.snap;
  if (!polls.some((p) => mayVote(p) && !ballotOf(p).answer)) loadRoom();
  paintHead(session);
  paintPolls(my.snap);
  const { current, runs = [], state } = session;
  const running = state === "live" && runs.some((run) => run.segment === current || /running|paused/.test(run.state));
  $("demo").hidden = !running;
  $("none").hidden = running || polls.some(mayVote);
  for (const p of polls) tell(p);
  news?.paint();
  // Once a frame at most: reactions come ten times a second.
  waiting ||= board && requestAnimationFrame(() => {
    waiting = 0;
    board.paint();
  });
};

/**
 * Where a browser does not do so itself (WebKit), what is read stays where it is while cards come and go above it. At the very
 * top nothing is held: there, what is new is what should be seen.
 */
const keepPlace = () => {
  if (scrollY < 1 || CSS.supports("overflow-anchor", "auto")) return () => {};
  const read = [...document.querySelectorAll(".poll, #demo, #room")].find((one) => one.getBoundingClientRect().bottom > 0);
  const from = read?.getBoundingClientRect().top;
  return () => read?.isConnected && scrollBy(0, read.getBoundingClientRect().top - from);
};

/** Puts the cards in order. What holds the focus stays in its place, and the others are put around it. */
const arrange = (box, cards) => {
  if (cards.length === box.children.length && cards.every((card, i) => card === box.children[i])) return;
  const at = cards.findIndex((card) => card.parentNode === box && card.contains(document.activeElement));
  for (const card of [...box.children]) if (card !== cards[at]) card.remove();
  movedAt = performance.now();
  box.prepend(...cards.slice(0, Math.max(at, 0)));
  box.append(...cards.slice(at + 1));
};

/** Tells those who do not see the page: that a poll opened or closed, and its result once, when it is final. */
const tell = (p) => {
  const now = p.tally && p.tally.final ? "final" : p.phase;
  if (told.ready && told[p.id] !== now) {
    if (now === "open") addNews(p.id, "A new poll is open");
    if (now === "final" && p.id === my.snap.session.on_stage) addNews(p.id, "The result is here");
    const words = { open: "Open", closing: "Closing", closed: "Closed" };
    if (now !== "final") my.announce(`${words[now]}: ${p.question}`);
    else if (results) my.announce(results.resultWords(p));
    else loading?.then(() => results && my.announce(results.resultWords(p)));
  }
  told[p.id] = now;
};

// ---- Hands ----

/** Listens for what happens inside the card of a poll. */
const on = (type, act) => addEventListener(type, (event) => {
  const card = event.target.closest(".poll");
  const p = card && my.snap.polls.find((one) => `poll-${one.id}` === card.id);
  if (p) act(event, p, card);
});

/** For so long after cards have moved, they take no press of a finger: it was meant for what was there before. */
const SETTLE_MS = 500;
let movedAt = -SETTLE_MS;
addEventListener("click", (event) => {
  const pointed = event.pointerType === "touch" && event.target.closest?.(".poll, #demo");
  if (!pointed || performance.now() - movedAt > SETTLE_MS) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

on("click", (event, p, card) => {
  if (event.target.matches(".stay")) my.cast(p.id, answerOf(p));
  if (event.target.matches(".change")) card.querySelector(`[value="${freshOf(p)[0].id}"]`).focus();
});

// Rows that were passed over with the arrows are no vote: the counted one is marked again.
on("focusout", (event, p, card) => {
  const form = card.querySelector(".ballot");
  const writing = form.querySelector("[value=write-in]:checked");
  if (card.classList.contains("tap") && !writing && !form.contains(event.relatedTarget)) form.reset();
});

/** Drops what this device kept for another session that had this code, and what older pages kept under the code itself. */
const tidyShelf = () => {
  const home = `salon/${my.code}`, own = my.shelf.slice(6);
  try {
    const other = localStorage[home];
    if (other === own) return;
    const stale = [`${home}/`, `salon/${other}/`];
    for (const key of Object.keys(localStorage)) if (stale.some((start) => `${key}/`.startsWith(start))) delete localStorage[key];
    localStorage[home] = own;
  } catch { /* Nothing is kept. */ }
};

/** Called once by audience.js with what it knows. */
export const begin = (core) => {
  my = core;
  tidyShelf();
  // A page that was served with a run has the place for it already.
  if (!$("demo")) $("past").before(Object.assign(document.createElement("section"), { id: "demo", hidden: true }));
  for (const p of my.snap.polls) tell(p);
  told.ready = true;
  my.late = lateness();
  setTimeout(loadRoom, VOTE_FIRST);
  return { paint, fault };
};
