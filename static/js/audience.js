// The core of the audience page, inlined: enough to vote, whatever happens to the network.
// Flow: what is chosen in a form becomes a kept vote; the server's answer lets go of it.
// What only matters once something changes is in audience-view.js, which is loaded as soon as the line stands.
// A page that cannot run this is the plain form that it was without.
// Here m is a message of the server's.

const $ = (id) => document.getElementById(id);
const snap = JSON.parse($("state").textContent), code = snap.session.code, { session } = document.body.dataset, shelf = "salon/" + session;
// What is known. Kept are the votes that the server has not answered yet, {poll, seq, answer, ask}, on a shelf of the session:
// its code may be given again. Notes tell
// why others were not taken; both by poll. Time is measured by performance.now(), which nobody can set; the clock is how far
// the server's is ahead of it. Late is how many ms behind the viewer is. Missed is what the modules that are loaded later have not heard yet: the newest of each type.
const my = { snap, code, via: snap.via || "", kept: {}, notes: {}, clock: snap.now - performance.now(), now: () => performance.now() + my.clock, shelf, late: 0, missed: [], live: false, opened: false, stopped: "" };
const { kept, notes } = my;
// Whole is the revision held in full: a line that is cut between two frames of one change leaves a hole, and so does a
// page that was sent without all polls.
let socket, view, arrow, retry, posting, full, whole = snap.left_out ? "" : snap.rev, lastAsk = 0, tries = 0, heardAt = 0, sentAt = 0, probedAt = 0;
// What came and is not shown yet, in its order: [when it came, m].
const queue = [];

// ---- Casting ----

const keep = (poll, vote) => {
  if (vote) kept[poll] = vote;
  else delete kept[poll];
  try {
    // Another tab keeps its votes on the same shelf.
    const others = JSON.parse(localStorage[shelf] || "[]").filter((one) => one.poll !== poll);
    localStorage[shelf] = JSON.stringify(vote ? [...others, vote] : others);
  } catch {
    // Without storage a vote is kept for as long as the page is.
  }
};

/** Casts an answer, or withdraws without one. The seq outgrows the counted vote and one under way. */
my.cast = (poll, answer) => {
  const seq = 1 + Math.max(0, ...my.snap.ballots.concat(Object.values(kept)).filter((one) => one.poll === poll).map((one) => one.seq));
  delete notes[poll];
  keep(poll, { poll, seq, answer });
  note(poll, my.live ? "Sending…" : "Kept on this device: will be sent when you are back online.");
  sendVote(kept[poll]);
  paint();
};

/** Casts what the form says, or tells in words why it cannot. */
const submit = (poll, form) => {
  const data = new FormData(form), pick = data.getAll("pick"), chance = data.get("probability"), number = data.get("number"), by = data.get("by");
  const picks = pick.join().match(/\d+/g), answer = {};
  if (picks) answer.picks = picks.map(Number);
  if (pick.includes("write-in")) answer.write_in = data.get("write_in");
  if (number) answer.write_in = number;
  if (chance) answer.probability = Number(chance);
  if (by) answer.by = Number(by);
  notes[poll] = view?.fault(poll, answer);
  if (!notes[poll]) return my.cast(poll, answer);
  my.announce(notes[poll]);
  paint();
};

const sendVote = (vote) => {
  if (!my.live) return;
  delete notes[vote.poll];
  vote.ask = ++lastAsk;
  send({ ...vote, type: vote.answer ? "cast" : "withdraw" });
};

// ---- What is shown ----

/** Sets words, if they are others than were set last. What stands there now may be a translator's. */
const write = (part, words) => {
  if (!part) return;
  if ((part.said ?? part.textContent) !== words) part.textContent = words;
  part.said = words;
};
const note = (poll, words) => write(document.querySelector(`#poll-${poll} .note`), words);

/** Speaks to those who do not see the page change. */
my.announce = (words) => write($("say"), words);

const paint = () => {
  view?.paint();
  document.body.classList.toggle("away", my.stopped || !my.live && my.opened || !navigator.onLine);
  write($("line"), my.stopped || (my.live ? "Connected" : !navigator.onLine ? "You are offline" : full ? "The room is full: you can vote, and this page tries again by itself." : my.opened ? "Connection lost; trying again…" : "Connecting…"));
};

// ---- The server's words ----

const start = () => {
  my.live = my.opened = true;
  tries = full = 0;
  Object.values(kept).forEach(sendVote);
  my.connected?.();
  if (!view) import(document.body.dataset.view).then((module) => {
    view = module.begin(my);
    paint();
  }, () => {
    // The next line tries again; voting does not need it.
  });
};

/** Takes in the ballot of an answer and lets go of its vote, unless the voter has chosen anew since. */
const settle = ({ ask, ballot }, words) => {
  // What another tab did before may be heard after; the newest ballot stays.
  if (ballot && !(my.snap.ballots.find((one) => one.poll === ballot.poll)?.seq > ballot.seq)) my.snap.ballots = [...my.snap.ballots.filter((one) => one.poll !== ballot.poll), ballot];
  const vote = Object.values(kept).find((one) => one.ask === ask);
  if (!vote) return;
  keep(vote.poll);
  note(vote.poll, words);
  my.announce(words);
  return vote.poll;
};

/** Revisions only go forward. */
const newer = ({ rev }) => (whole = "", rev >= my.snap.rev && (my.snap.rev = rev));
const pollOf = (id) => my.snap.polls.find((poll) => poll.id === id);

/** So do the versions of a tally. */
const setTally = (poll, tally, held) => poll.tally = held?.version > tally?.version ? held : tally;

const hear = {
  snapshot: (m) => (my.snap = { ...m, ballots: my.snap.ballots }, my.missed = [], whole = m.rev),
  resumed: (m) => (my.snap.room = m.room, my.snap.run = m.run, my.missed = []),
  session: (m) => newer(m) && (my.snap.session = m.session),
  poll: (m) => {
    const { poll } = m, held = pollOf(poll.id), { polls } = my.snap;
    if (!newer(m)) return;
    setTally(poll, poll.tally, held?.tally);
    my.snap.polls = held ? polls.map((one) => one === held ? poll : one) : [...polls, poll];
  },
  poll_gone: (m) => newer(m) && (my.snap.polls = my.snap.polls.filter((poll) => poll.id !== m.poll)),
  tally: (m) => {
    const poll = pollOf(m.poll);
    if (poll && m.tally) setTally(poll, m.tally, poll.tally);
  },
  ballot: settle,
  heard: (m) => settle(m, m.ballot?.answer ? "Counted ✓" : "Your vote is withdrawn."),
  refused: (m) => {
    // What the server cannot save just now is kept and sent again, not by a whole room in the same instant.
    const vote = m.code === "not_saved" && Object.values(kept).find((one) => one.ask === m.ask);
    if (vote) {
      setTimeout(() => vote === kept[vote.poll] && sendVote(vote), m.wait_seconds * (500 + 1000 * Math.random()));
      my.announce(m.why += " It is sent again by itself.");
    }
    const poll = vote ? vote.poll : settle(m, m.why);
    if (poll) notes[poll] = m.why;
  },
};

// ---- The line ----

const send = my.send = (message) => {
  sentAt = performance.now();
  socket.send(JSON.stringify(message));
};

/** Sends an ask of the modules that are loaded later; its number. */
my.ask = (message) => (send({ ...message, ask: ++lastAsk }), lastAsk);

const take = (m) => {
  hear[m.type]?.(m);
  if (my.hear) my.hear(m);
  else my.missed = [...my.missed.filter((one) => one.type !== m.type), m];
  paint();
};

/** Takes in what it is time for. A delay that was changed holds for what waits as well, so the order stays. */
const flow = () => {
  while (queue[0]?.[0] + my.late <= performance.now()) take(queue.shift()[1]);
};

const connect = () => {
  clearTimeout(retry);
  if (my.stopped || socket) return;
  const line = socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${code}?v=3&role=audience&session=${session}${whole && "&have=" + whole}${my.via && "&via=" + my.via}`);
  line.binaryType = "arraybuffer";
  heardAt = sentAt = performance.now();
  line.onmessage = ({ data }) => {
    // What the stream shows later is shown later: all but answers, what is one's own, and the first picture.
    const m = typeof data === "string" ? JSON.parse(data) : { type: "picture", bytes: data }, now = !my.opened || /heard|ref|ballot|own|sim|ins|beat/.test(m.type);
    heardAt = performance.now();
    if (m.now) my.clock = m.now - heardAt;
    if (m.ballots) my.snap.ballots = m.ballots;
    my.live || start();
    if (now) return take(m);
    queue.push([heardAt, m]);
    setTimeout(flow, my.late);
    flow();
  };
  line.onclose = (event) => line === socket && lost(event.code);
};

/** Comes back by itself, with full jitter, so that a whole room does not do so in the same instant. */
const lost = (why) => {
  const line = socket;
  my.live = socket = null;
  line?.close();
  // An outdated page loads itself anew, unless it just did.
  if (why === 4001 && performance.now() > 60000) return location.reload();
  if (why === 4001 || why >= 4500) my.stopped = `This page is ${why === 4502 ? "open in too many tabs" : "out of date"}. Please reload it.`;
  full = why === 4013;
  retry = setTimeout(connect, 500 + Math.random() * Math.min(14500, full ? 1e6 : 1000 * 3 ** tries++));
  paint();
};

/** Looks at the line at once: the phone woke up, or the network came back. */
const probe = () => {
  tries = 0;
  if (!my.live) connect();
  else {
    probedAt = performance.now();
    send({ type: "beat" });
  }
};

setInterval(() => {
  flow();
  const now = performance.now(), [vote] = Object.values(kept);
  // A line that swallows votes looks open: one that leaves a vote unanswered is dropped sooner, and one that does not
  // answer the phone that woke up at once: while it sleeps, this clock may stand still.
  if (socket && (now - heardAt > (my.live && !vote ? 45000 : 10000) || probedAt > heardAt && now - probedAt > 5000)) lost();
  else if (my.live && now - sentAt > 20000) send({ type: "beat" });
  // Where no socket gets through but the server answers, the vote goes by plain HTTP.
  if (vote && (full || !my.opened) && !posting && now > 8000) posting = fetch(`/api/v1/public/${code}/polls/${vote.poll}/ballot`, vote.answer
    ? { method: "PUT", body: JSON.stringify({ answer: vote.answer, seq: vote.seq, via: my.via || null }) } : { method: "DELETE" })
    .then(async (answer) => answer.status < 500 && settle({ ask: vote.ask, ballot: answer.ok && await answer.json() },
      answer.ok ? "Counted ✓" : (await answer.json()).detail))
    .catch(() => {
      // Kept, and tried again.
    }).then(() => posting = 0);
  paint();
}, 1000);

// ---- Hands and keys ----

/** Listens on the whole page for what happens inside the card of a poll. */
const on = (type, act) => addEventListener(type, (event) => {
  const card = event.target.closest(".poll");
  if (card) act(event, card.id.slice(5), card.querySelector(".ballot"), event.target, card.classList.contains("tap"));
});

/** A choice in a one-tap poll counts at once, save for "something else", which wants words first. */
const choose = (poll, form, input) => {
  input.checked = true;
  if (input.value === "write-in") form.write_in.focus();
  else submit(poll, form);
};

// Arrows only move between rows; Enter or the space bar votes for the row that has the focus.
on("keydown", (event, poll, form, input, tap) => {
  arrow = event.key.startsWith("Arrow");
  if (input.type !== "radio" || !tap || !/^(Enter| )$/.test(event.key)) return;
  event.preventDefault();
  choose(poll, form, input);
});
on("keyup", () => arrow = false);

on("input", (event, poll, form, input, tap) => {
  const slider = form.querySelector(".slider"), exact = form.querySelector("[type=number]");
  if (input === slider) exact.value = slider.value;
  if (input === exact) slider.value = input.value;
  delete notes[poll];
  if (input.type === "radio" && tap && !arrow) choose(poll, form, input);
  paint();
});

on("submit", (event, poll, form, target) => {
  event.preventDefault();
  if (target === form) return submit(poll, form);
  my.cast(poll);
  form.querySelector("input:not([type=hidden])").focus();
});

// A hall whose network comes back is online in one instant.
addEventListener("online", () => setTimeout(() => navigator.onLine && probe(), 1000 * Math.random()));
addEventListener("offline", () => lost());
addEventListener("pageshow", (event) => event.persisted && probe());
document.addEventListener("visibilitychange", () => document.hidden || probe());

try {
  for (const vote of JSON.parse(localStorage[shelf])) kept[vote.poll] = vote;
} catch {
  // Nothing was kept.
}
document.body.classList.add("js");
connect();
