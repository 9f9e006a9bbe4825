// The audience page. The server has drawn it already; this keeps it true over one WebSocket.
// Flow: an input becomes a draft, a draft a kept vote, and the server's "heard" lets go of it.
// Inlined after audience-view.js, inside one function; what cannot run it still has the plain form.

const $ = (id) => document.getElementById(id);
let snap = JSON.parse($("state").textContent);
const code = snap.session.code, via = snap.via || "", shelf = "salon/" + code, born = Date.now();
const drafts = {}; // What is being filled in, by poll: {pick, write_in, probability, by}.
const notes = {}; // Why a vote was not taken, by poll.
const kept = {}; // Votes that the server has not answered yet, by poll: {poll, seq, answer}.
const painted = {}; // What each card was painted from, so that an unchanged one costs nothing.
const told = new Set(); // Polls whose final result was announced.
const asks = new Map();
let clock = snap.now - born; // How far the server's clock is ahead of ours.
let socket, retry, queued, arrow, stopped = "", live = false, opened = false;
let lastAsk = 0, tries = 0, heardAt = 0, sentAt = 0, plainAt = 0;

// ---- What is known about a poll ----

const pollOf = (id) => snap.polls.find((p) => p.id === id);
const ballotOf = (p) => snap.ballots.find((b) => b.poll === p.id);
const answerOf = (p) => (kept[p.id] || ballotOf(p) || {}).answer;
const isVerdict = (p) => p.answer === "verdict";
const isChance = (p) => p.answer === "probability";
const oneTap = (p) => (p.max === 1 || isVerdict(p)) && !p.horizons[0];
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const mayVote = (p) => snap.session.state === "live" && p.phase !== "closed" && timeLeft(p) > 0;

const timeLeft = (p) => {
  const channel = snap.session.channels.find((one) => one.id === via);
  return p.closes_at ? p.closes_at + (channel ? channel.delay_seconds * 1000 : 0) - Date.now() - clock : Infinity;
};

const range = (p) => p.max === 1 || isVerdict(p) ? "one" : p.kind === "yes_no" ? "one or both"
  : p.min === p.max ? "exactly " + p.max : p.min > 1 ? `${p.min} to ${p.max}` : "up to " + p.max;

/** Options that are newer than this voter's ballot. */
const freshOf = (p) => {
  const ballot = ballotOf(p);
  return ballot && ballot.answer ? p.options.filter((option) => option.since > ballot.revision) : [];
};

/** What the form shows: the draft, else the vote under way, else the counted one. */
const shown = (p) => {
  const { picks = [], write_in = "", probability, by = "" } = answerOf(p) || {};
  const pick = isVerdict(p) && picks[0] != null ? [picks.join()] : picks.map(String);
  return drafts[p.id] || { pick: write_in ? [...pick, ""] : pick, write_in, probability: probability == null ? [] : [String(probability)], by: [String(by)] };
};

const read = (form) => {
  const data = new FormData(form), all = (name) => data.getAll(name);
  return { pick: all("pick"), write_in: all("write_in").join(), probability: all("probability").filter(Boolean), by: all("by") };
};

const toAnswer = ({ pick, write_in, probability, by }) => {
  const answer = {}, picks = pick.filter(Boolean).join();
  if (picks) answer.picks = picks.split(",").map(Number);
  if (pick.includes("")) answer.write_in = write_in.trim();
  if (probability[0]) answer.probability = Number(probability[0]);
  if (by[0]) answer.by = Number(by[0]);
  return answer;
};

// ---- Casting ----

const keep = (poll, vote) => {
  if (vote) kept[poll] = vote;
  else delete kept[poll];
  try {
    localStorage[shelf] = JSON.stringify(Object.values(kept));
  } catch { /* Without storage a vote is kept for as long as the page is. */ }
};

/** Casts an answer, or withdraws with null. The seq outgrows the counted vote and one under way. */
const cast = (p, answer) => {
  const seq = 1 + Math.max(...[ballotOf(p), kept[p.id]].map((vote) => vote ? vote.seq : 0));
  delete drafts[p.id];
  delete notes[p.id];
  keep(p.id, { poll: p.id, seq, answer });
  sendVote(kept[p.id]);
  paint();
};

/** Casts what the form says, or says in words what is wrong with it. */
const submit = (p, form) => {
  const answer = toAnswer(read(form)), { picks = [], write_in, probability } = answer;
  const n = picks.length + (write_in == null ? 0 : 1);
  const bad = isChance(p) ? !(probability >= 0 && probability <= 100 && probability % 1 === 0) && "Give a whole number from 0 to 100."
    : write_in === "" ? "Write your own answer first."
    : (n < p.min || n > p.max) && `Choose ${range(p)}; you chose ${n}.`;
  if (bad) announce(notes[p.id] = bad);
  else if (!same(answer, answerOf(p)) || freshOf(p)[0]) cast(p, answer);
  else delete drafts[p.id];
  paint();
};

const sendVote = (vote) => {
  if (!live) return;
  asks.set(++lastAsk, vote);
  send({ ...vote, type: vote.answer ? "cast" : "withdraw", ask: lastAsk, answer: vote.answer || undefined });
};

// ---- The server's words ----

const start = () => {
  live = opened = true;
  tries = 0;
  mark("");
  Object.values(kept).forEach(sendVote);
};

const setBallot = (ballot) => {
  if (ballot) snap.ballots = [...snap.ballots.filter((b) => b.poll !== ballot.poll), ballot];
};

/** An ask is answered; tells the poll, unless the voter has chosen anew since. */
const settle = ({ ask, ballot }) => {
  setBallot(ballot);
  const vote = asks.get(ask);
  asks.delete(ask);
  if (!vote || kept[vote.poll] !== vote) return;
  keep(vote.poll);
  delete drafts[vote.poll];
  return vote.poll;
};

/** Revisions only go forward. */
const newer = (rev) => rev >= snap.rev && (snap.rev = rev, true);

const hear = {
  snapshot: (m) => (snap = m, start()),
  resumed: start,
  session: (m) => newer(m.rev) && (snap.session = m.session),
  poll: ({ rev, poll }) => {
    if (!newer(rev)) return;
    const held = pollOf(poll.id) || {};
    if (held.tally && poll.tally && held.tally.version > poll.tally.version) poll.tally = held.tally;
    if (held.id) snap.polls[snap.polls.indexOf(held)] = poll;
    else snap.polls.push(poll);
    if (poll.phase !== held.phase) announce({ open: "Open: ", closing: "Closing: ", closed: "Closed: " }[poll.phase] + poll.question);
  },
  poll_gone: (m) => newer(m.rev) && (snap.polls = snap.polls.filter((p) => p.id !== m.poll)),
  tally: ({ poll, version, tally }) => {
    const p = pollOf(poll);
    if (p && tally && !(p.tally && p.tally.version > version)) p.tally = tally;
  },
  ballot: (m) => setBallot(m.ballot),
  heard: (m) => settle(m) && announce(m.ballot && m.ballot.answer ? "Counted" : "Your vote is withdrawn."),
  refused: (m) => {
    const poll = settle(m);
    if (poll) notes[poll] = m.why;
    announce(m.why);
  },
};

/** Speaks to those who do not see the page change. */
const announce = (words) => $("say").textContent = words;

/** Announces a poll's count once, when it is final. */
const announceFinals = (aloud) => {
  for (const { id, question, tally } of snap.polls) {
    if (!tally || !tally.final) told.delete(id);
    else if (!told.has(id) && told.add(id) && aloud) {
      announce(`Result: ${question} ${plural(tally.voters, "person", "people")} voted. ${tally.options.map((o) => o.label + ": " + o.count).join(", ")}`);
    }
  }
};

// ---- The line ----

const send = (message) => {
  sentAt = Date.now();
  socket.send(JSON.stringify(message));
};

const connect = () => {
  clearTimeout(retry);
  if (stopped || socket) return;
  const line = socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${code}?v=1&role=audience&have=${snap.rev}${via && "&via=" + via}`);
  heardAt = Date.now();
  line.onmessage = (event) => {
    const message = JSON.parse(event.data);
    heardAt = Date.now();
    if (message.now) clock = message.now - heardAt;
    if (hear[message.type]) hear[message.type](message);
    announceFinals(true);
    paint();
  };
  line.onclose = (event) => line === socket && lost(event.code);
};

/** Comes back by itself, with full jitter, so that a whole room does not do so in the same instant. */
const lost = (why) => {
  const line = socket;
  live = socket = false;
  if (line) line.close();
  asks.clear();
  if (why === 4001 && mark("reloaded") === "") return location.reload();
  if (why === 4001 || why >= 4500) stopped = why === 4504 ? "This session is no longer here." : "This page is out of date. Please reload it.";
  retry = setTimeout(connect, 500 + Math.random() * Math.min(14500, 400 * 3 ** tries++));
  paint();
};

/** Marks that this page reloaded itself, which it does only once; answers the mark before. */
const mark = (now) => {
  try {
    const was = sessionStorage[shelf] || "";
    sessionStorage[shelf] = now;
    return was;
  } catch { /* Without storage it cannot tell, and does not reload. */ }
};

/** Looks at the line at once: the phone woke up, or the network came back. */
const probe = () => {
  tries = 0;
  if (!live) connect();
  else if (Date.now() - heardAt > 25000) lost();
  else send({ type: "beat" });
};

/** Where no socket gets through, the form goes the plain way, and the page is read again. */
const plain = async () => {
  const [vote] = Object.values(kept);
  if (opened || Date.now() - Math.max(born, plainAt) < (vote ? 8000 : 20000) || Object.keys(drafts)[0]) return;
  plainAt = Date.now();
  try {
    const reply = vote ? await fetch(`/${code}/polls/${vote.poll}/${vote.answer ? "ballot" : "withdraw"}`,
      { method: "POST", body: new URLSearchParams(new FormData($("poll-" + vote.poll).querySelector("form"))) }) : await fetch("");
    if (opened || !reply.ok) return;
    if (vote) keep(vote.poll);
    location.replace(reply.url);
  } catch { /* The server is away: the vote stays kept, the next turn tries again. */ }
};

// ---- Painting ----

const paint = () => queued = queued || setTimeout(paintNow);

const paintNow = () => {
  queued = 0;
  const { session, polls } = snap, box = $("polls");
  morph($("head"), headView(session));
  // The one on stage first, then what is open in its order, then what is closed, the latest first.
  const rank = (p) => (mayVote(p) ? 0 : 2) - (p.id === session.on_stage ? 1 : 0);
  const place = (p) => polls.indexOf(p) * (mayVote(p) ? 1 : -1);
  const cards = [...polls].sort((a, b) => rank(a) - rank(b) || place(a) - place(b)).map(card);
  if (session.state === "live" && !polls.some(mayVote)) cards.unshift($("none") || h("p", { id: "none" }, "Nothing to vote on right now; this page changes by itself."));
  for (const child of [...box.childNodes]) if (!cards.includes(child)) child.remove();
  // What holds the focus stays in its place, and the others are put around it.
  const busy = cards.find((one) => one.contains(document.activeElement));
  let after = !busy;
  cards.forEach((one, i) => {
    if (one === busy) after = true;
    else if (box.children[i] !== one) after ? box.append(one) : busy.before(one);
  });
  const line = stopped || (live ? "Connected" : !navigator.onLine ? "You are offline. Votes are kept and sent later."
    : opened ? "Connection lost; trying again…" : "Connecting…");
  if ($("line").textContent !== line) $("line").textContent = line;
  $("line").className = live ? "" : "off";
};

const card = (p) => {
  const held = $("poll-" + p.id);
  const from = JSON.stringify([p, ballotOf(p), drafts[p.id], notes[p.id], kept[p.id], live, navigator.onLine, stateWords(p), snap.session.state]);
  if (held && painted[p.id] === from) return held;
  painted[p.id] = from;
  const next = pollView(p);
  if (!held) return next;
  morph(held, next);
  return held;
};

// ---- Hands and keys ----

/** Listens on the whole page for what happens inside the form of an open poll. */
const on = (type, act) => addEventListener(type, (event) => {
  const section = event.target.closest && event.target.closest(".poll");
  const form = section && section.querySelector(".ballot");
  if (form) act(event, pollOf(section.id.slice(5)), form, event.target);
});

/** A choice in a one-tap poll counts at once, save for "something else", which wants words first. */
const choose = (p, form) => {
  drafts[p.id] = read(form);
  if (!drafts[p.id].pick.includes("")) return submit(p, form);
  paintNow();
  form.elements.write_in.focus();
};

// Arrows only move between rows; Enter or the space bar votes for the row that has the focus.
on("keydown", (event, p, form, input) => {
  arrow = event.key.startsWith("Arrow");
  if (input.type !== "radio" || !oneTap(p) || !/^(Enter| )$/.test(event.key)) return;
  event.preventDefault();
  input.checked = true;
  choose(p, form);
});
on("keyup", () => arrow = false);

on("input", (event, p, form, input) => {
  if (input.type === "range") form.elements.probability.value = input.value;
  drafts[p.id] = read(form);
  delete notes[p.id];
  if (input.type === "radio" && oneTap(p) && !arrow) choose(p, form);
  paint();
});

on("submit", (event, p, form, target) => {
  event.preventDefault();
  if (target === form) return submit(p, form);
  cast(p, null);
  form.querySelector(".row input, .slider").focus();
});

on("click", (event, p, form, { className }) => {
  if (className === "stay") cast(p, answerOf(p));
  if (className === "change") form.querySelector(`[value="${freshOf(p)[0].id}"]`).focus();
});

// Rows that were passed over with the arrows are no vote: the counted one is marked again.
on("focusout", (event, p, form) => {
  if (oneTap(p) && !form.contains(event.relatedTarget) && drafts[p.id] && !drafts[p.id].pick.includes("")) delete drafts[p.id];
  paint();
});

addEventListener("online", probe);
addEventListener("offline", () => lost());
addEventListener("pageshow", (event) => event.persisted && probe());
document.addEventListener("visibilitychange", () => document.hidden || probe());

setInterval(() => {
  const silent = Date.now() - heardAt;
  // A line that swallows votes looks open: one that leaves a vote unanswered is dropped sooner.
  if (socket && silent > (live && !asks.size ? 45000 : 10000)) lost();
  else if (live && Date.now() - sentAt > 20000) send({ type: "beat" });
  plain();
  if (snap.polls.some((p) => p.closes_at)) paint();
}, 1000);

try {
  for (const vote of JSON.parse(localStorage[shelf])) kept[vote.poll] = vote;
} catch { /* Nothing was kept. */ }
announceFinals();
paintNow();
connect();
