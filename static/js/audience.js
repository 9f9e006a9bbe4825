// The audience page. The server has drawn it already; this keeps it true over one WebSocket.
// Flow: what is chosen in a form becomes a kept vote, and the server's answer lets go of it.
// Inlined after audience-view.js, inside one function; what cannot run it still has the plain form.

const $ = (id) => document.getElementById(id);
let snap = JSON.parse($("state").textContent);
const code = snap.session.code, via = snap.via || "", shelf = "salon/" + code, born = Date.now();
const kept = {}; // Votes that the server has not answered yet, by poll: {poll, seq, answer, ask}.
const notes = {}; // Why a vote was not taken, by poll.
let clock = snap.now - born; // How far the server's clock is ahead of ours.
let socket, live, opened, arrow, retry, stopped = "";
let lastAsk = 0, tries = 0, heardAt = 0, sentAt = 0, plainAt = born;

// ---- What is known about a poll ----

const pollOf = (id) => snap.polls.find((p) => p.id === id);
const ballotOf = (p) => snap.ballots.find((ballot) => ballot.poll === p.id);
const answerOf = (p) => (kept[p.id] || ballotOf(p) || {}).answer;
const isVerdict = (p) => p.answer === "verdict";
const isOne = (p) => p.max === 1 || isVerdict(p);
const isTap = (p) => isOne(p) && !p.horizons[0];
const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const range = (p) => isOne(p) ? "one" : p.kind === "yes_no" ? "one or both"
  : p.min === p.max ? "exactly " + p.max : p.min > 1 ? `${p.min} to ${p.max}` : "up to " + p.max;

const timeLeft = (p) => {
  const channel = snap.session.channels.find((one) => one.id === via);
  return p.closes_at ? p.closes_at + (channel ? channel.delay_seconds * 1000 : 0) - Date.now() - clock : Infinity;
};
const mayVote = (p) => snap.session.state === "live" && p.phase !== "closed" && timeLeft(p) > 0;

/** Options that are newer than this voter's ballot. */
const freshOf = (p) => {
  const ballot = ballotOf(p);
  return ballot && ballot.answer ? p.options.filter((option) => option.since > ballot.revision) : [];
};

// ---- Casting ----

const keep = (poll, vote) => {
  if (vote) kept[poll] = vote;
  else delete kept[poll];
  try {
    localStorage[shelf] = JSON.stringify(Object.values(kept));
  } catch { /* Without storage a vote is kept for as long as the page is. */ }
};

/** Casts an answer, or withdraws without one. The seq outgrows the counted vote and one under way. */
const cast = (p, answer) => {
  const seq = 1 + Math.max(...[ballotOf(p), kept[p.id]].map((vote) => vote ? vote.seq : 0));
  delete notes[p.id];
  keep(p.id, { poll: p.id, seq, answer });
  sendVote(kept[p.id]);
  paint();
};

/** Casts what the form says, or says in words what is wrong with it. */
const submit = (p, form) => {
  const data = new FormData(form), pick = data.getAll("pick"), picks = pick.join().match(/\d+/g) || [], answer = {};
  const by = data.get("by"), chance = data.get("probability"), words = (data.get("write_in") || "").trim();
  if (picks[0]) answer.picks = picks.map(Number);
  if (pick.includes("")) answer.write_in = words;
  if (chance) answer.probability = Number(chance);
  if (by) answer.by = Number(by);
  const n = picks.length + pick.includes("");
  const bad = !isVerdict(p) && (n < p.min || n > p.max) ? `Choose ${range(p)}; you chose ${n}.`
    : answer.write_in === "" ? "Write your own answer first."
    : !form.checkValidity() || !pick[0] && !n && !chance ? "Choose first." : "";
  if (!bad) return cast(p, answer);
  announce(notes[p.id] = bad);
  paint();
};

const sendVote = (vote) => {
  if (!live) return;
  vote.ask = ++lastAsk;
  send({ ...vote, type: vote.answer ? "cast" : "withdraw" });
};

// ---- The server's words ----

const start = () => {
  live = opened = true;
  tries = 0;
  Object.values(kept).forEach(sendVote);
};

const setBallot = ({ ballot }) => {
  if (ballot) snap.ballots = [...snap.ballots.filter((one) => one.poll !== ballot.poll), ballot];
};

/** Lets go of the vote that an answer is about; none if the voter has chosen anew since. */
const settle = (message) => {
  setBallot(message);
  const vote = Object.values(kept).find((one) => one.ask === message.ask);
  if (vote) keep(vote.poll);
  return vote;
};

/** Revisions only go forward. */
const newer = ({ rev }) => rev >= snap.rev && (snap.rev = rev);

const setTally = (p, tally) => {
  const held = p.tally || {};
  if (tally && !(held.version > tally.version)) p.tally = tally;
  if (p.tally && p.tally.final && !held.final) announce(`Final result: ${p.question} ${p.tally.options.map((row) => `${row.label}: ${row.count}`).join(", ")}`);
};

const hear = {
  snapshot: (m) => start(snap = m),
  resumed: start,
  session: (m) => newer(m) && (snap.session = m.session),
  poll: (m) => {
    if (!newer(m)) return;
    const { poll } = m, held = pollOf(poll.id) || {}, tally = poll.tally;
    snap.polls = held.id ? snap.polls.map((p) => p === held ? poll : p) : [...snap.polls, poll];
    if (poll.phase !== held.phase) announce(`${poll.phase}: ${poll.question}`);
    if (tally) setTally(Object.assign(poll, { tally: held.tally }), tally);
  },
  poll_gone: (m) => newer(m) && (snap.polls = snap.polls.filter((p) => p.id !== m.poll)),
  tally: (m) => pollOf(m.poll) && setTally(pollOf(m.poll), m.tally),
  ballot: setBallot,
  heard: (m) => settle(m) && announce(m.ballot && m.ballot.answer ? "Counted" : "Your vote is withdrawn."),
  refused: (m) => {
    const vote = settle(m);
    if (vote) notes[vote.poll] = m.why;
    announce(m.why);
  },
};

/** Speaks to those who do not see the page change. */
const announce = (words) => $("say").textContent = words;

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
    paint();
  };
  line.onclose = (event) => line === socket && lost(event.code);
};

/** Comes back by itself, with full jitter, so that a whole room does not do so in the same instant. */
const lost = (why) => {
  const line = socket;
  live = socket = null;
  if (line) line.close();
  if (why === 4001 && performance.getEntriesByType("navigation")[0].type !== "reload") return location.reload();
  if (why === 4001 || why >= 4500) stopped = why === 4504 ? "This session is no longer here." : "This page is out of date. Please reload it.";
  retry = setTimeout(connect, 500 + Math.random() * Math.min(14500, 400 * 3 ** tries++));
  paint();
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
  if (opened || Date.now() - plainAt < (vote ? 8000 : 30000)) return;
  plainAt = Date.now();
  try {
    const reply = await fetch(vote ? `/${code}/polls/${vote.poll}/${vote.answer ? "ballot" : "withdraw"}` : "",
      vote && { method: "POST", body: new URLSearchParams(new FormData($("poll-" + vote.poll).querySelector("form"))) });
    if (opened || !reply.ok) return;
    if (vote) keep(vote.poll);
    location.replace(reply.url);
  } catch { /* The server is away: the vote stays kept, the next turn tries again. */ }
};

// ---- Painting ----

const paint = () => {
  const { session, polls } = snap, box = $("polls");
  draw($("head"), headView(session));
  // The one on stage first, then what is open in its order, then what is closed, the latest first.
  const rank = (p) => (mayVote(p) ? 0 : 2) - (p.id === session.on_stage);
  const place = (p) => polls.indexOf(p) * (mayVote(p) ? 1 : -1);
  const cards = [...polls].sort((a, b) => rank(a) - rank(b) || place(a) - place(b)).map(card);
  for (const child of [...box.childNodes]) if (!cards.includes(child)) child.remove();
  // What holds the focus stays in its place, and the others are put around it.
  const busy = cards.find((one) => one.contains(document.activeElement));
  let after = !busy;
  cards.forEach((one, i) => {
    if (one === busy) after = true;
    else if (box.children[i] !== one) after ? box.append(one) : busy.before(one);
  });
  $("none").hidden = session.state !== "live" || polls.some(mayVote);
  const line = stopped || (live ? "Connected" : !navigator.onLine ? "You are offline. Votes are kept and sent later." : opened ? "Connection lost; trying again…" : "Connecting…");
  if ($("line").textContent !== line) $("line").textContent = line;
  $("line").className = live ? "" : "off";
};

const card = (p) => {
  const one = draw($("poll-" + p.id), pollView(p)), form = one.querySelector(".ballot"), was = JSON.stringify(answerOf(p) || 0);
  // The page's own marks are the voter's draft; they give way when the answer itself changes.
  if (form && one.was && one.was !== was) form.reset();
  one.was = was;
  return one;
};

// ---- Hands and keys ----

/** Listens on the whole page for what happens inside the card of an open poll. */
const on = (type, act) => addEventListener(type, (event) => {
  const section = event.target.closest && event.target.closest(".poll");
  const form = section && section.querySelector(".ballot");
  if (form) act(event, pollOf(section.id.slice(5)), form, event.target);
});

/** A choice in a one-tap poll counts at once, save for "something else", which wants words first. */
const choose = (p, form, input) => {
  input.checked = true;
  if (input.value) submit(p, form);
  else form.elements.write_in.focus();
};

// Arrows only move between rows; Enter or the space bar votes for the row that has the focus.
on("keydown", (event, p, form, input) => {
  arrow = event.key.startsWith("Arrow");
  if (input.type !== "radio" || !isTap(p) || !/^(Enter| )$/.test(event.key)) return;
  event.preventDefault();
  choose(p, form, input);
});
on("keyup", () => arrow = false);

on("input", (event, p, form, input) => {
  const slider = form.querySelector(".slider");
  if (slider) form.elements.probability.value = slider.value = input.value;
  delete notes[p.id];
  if (input.type === "radio" && isTap(p) && !arrow) choose(p, form, input);
  paint();
});

on("submit", (event, p, form, target) => {
  event.preventDefault();
  if (target === form) return submit(p, form);
  cast(p);
  form.querySelector(".row input, .slider").focus();
});

on("click", (event, p, form, { className }) => {
  if (className === "stay") cast(p, answerOf(p));
  if (className === "change") form.querySelector(`[value="${freshOf(p)[0].id}"]`).focus();
});

// Rows that were passed over with the arrows are no vote: the counted one is marked again.
on("focusout", (event, p, form) => {
  if (isTap(p) && !form.contains(event.relatedTarget) && !form.querySelector("[value='']:checked")) form.reset();
});

addEventListener("online", probe);
addEventListener("offline", () => lost());
addEventListener("pageshow", (event) => event.persisted && probe());
document.addEventListener("visibilitychange", () => document.hidden || probe());

setInterval(() => {
  // A line that swallows votes looks open: one that leaves a vote unanswered is dropped sooner.
  if (socket && Date.now() - heardAt > (live && !Object.keys(kept)[0] ? 45000 : 10000)) lost();
  else if (live && Date.now() - sentAt > 20000) send({ type: "beat" });
  plain();
  if (snap.polls.some((p) => p.closes_at)) paint();
}, 1000);

try {
  for (const vote of JSON.parse(localStorage[shelf])) kept[vote.poll] = vote;
} catch { /* Nothing was kept. */ }
paint();
connect();
