// What the audience page looks like: from what is known to markup, and from markup to the page.
// It is the markup of templates/parts, so that the first painting changes nothing that one can see.
// Inlined before audience.js, inside the same function.

/** Markup in which every value is escaped, save markup itself. */
class Markup extends String {}
const safe = (value) => value instanceof Markup ? value : Array.isArray(value) ? value.map(safe).join("")
  : value == null || value === false ? "" : String(value).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt()};`);
const html = (parts, ...values) => new Markup(parts.map((part, i) => part.replace(/\n */g, "") + safe(values[i])).join(""));

/** Draws markup over an element, or makes a new one. */
const draw = (held, markup) => {
  if (held && held.drawn === String(markup)) return held;
  const box = document.createElement("template");
  box.innerHTML = markup;
  const next = box.content.firstChild;
  if (held) morph(held, next);
  else held = next;
  held.drawn = String(markup);
  return held;
};

/** Makes `old` like `next` place by place: focus, typed text and a held slider stay. */
const morph = (old, next) => {
  if (old.nodeName !== next.nodeName || old.id !== next.id) return old.replaceWith(next);
  if (old.data !== next.data) old.data = next.data;
  for (const { name } of [...old.attributes || []]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes || []) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const children = [...next.childNodes];
  children.forEach((child, i) => old.childNodes[i] ? morph(old.childNodes[i], child) : old.append(child));
  while (old.childNodes[children.length]) old.lastChild.remove();
};

const headView = ({ title, blurb, state, agenda, current }) => {
  const now = state === "live" && agenda.find((segment) => segment.id === current);
  const kinds = { talk: "Talk", polls: "Polls", qa: "Questions", demo: "Demo", break: "Break" };
  return html`<header id="head"><p class="tag ${state}">${{ draft: "Starts soon", live: "Live", ended: "Ended" }[state]}</p>
    <h1 dir="auto">${title}</h1>
    ${state === "draft" && html`<p class="lead">You are in the right place. This page changes by itself when the session starts.</p><p class="blurb" dir="auto">${blurb}</p>`}
    ${state === "ended" && html`<p class="lead">This session has ended. Thank you for taking part! Results that were shown stay here.</p>`}
    ${now && html`<section class="now"><p class="tag">Now: ${kinds[now.kind]}</p>
      <h2 dir="auto">${now.title}</h2>
      <p class="by" dir="auto">${now.speaker}</p>
      <p class="blurb" dir="auto">${now.blurb}</p>
      <ul>${now.links.map((link) => html`<li><a href="${link.url}" target="_blank" rel="noopener" dir="auto">${link.label}</a></li>`)}</ul>
    </section>`}</header>`;
};

const pollView = (p) => {
  const open = mayVote(p), ballot = ballotOf(p) || {}, answer = answerOf(p);
  const left = Math.ceil(timeLeft(p) / 1000), fresh = open ? freshOf(p) : [], votes = (ballot.labels || []).join(" + ");
  const state = p.phase === "closed" ? p.revealed ? "Closed. This is the result." : "Closed. The result comes when the host reveals it."
    : p.phase === "closing" ? open ? `You are watching with a delay: ${left} s left for you` : "Closed for you; waiting for viewers on a delay"
    : left === Infinity ? "Open" : open ? `Open, closes in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, 0)}` : "Closing";
  const note = notes[p.id] ? notes[p.id]
    : kept[p.id] ? live ? "Sending…" : `Kept on this device: will be sent when ${navigator.onLine ? "the server answers" : "you are back online"}.`
    : !ballot.answer ? "" : open ? `Counted ✓ ${votes}. You can change it until the close.` : "You voted: " + votes;
  return html`<section class="poll" id="poll-${p.id}"><p class="tag">${state}</p>
    ${open ? formView(p, answer || {}) : html`<h2 dir="auto">${p.question}</h2>`}
    ${fresh[0] && html`<p class="news" dir="auto">${fresh.map((option) => `“${option.label}” was added after you voted. `)}<button type="button" class="change">Change</button> <button type="button" class="stay">Keep my vote</button></p>`}
    ${(ballot.moved || []).map((move) => html`<p class="news" dir="auto">“${move.from}” is now counted as ${move.into}</p>`)}
    <p class="note${notes[p.id] && " bad"}" dir="auto">${note}</p>
    ${open && answer && html`<form method="post" action="/${code}/polls/${p.id}/withdraw"><input type="hidden" name="via" value="${via}"><button class="quiet">Withdraw my vote</button></form>`}
    ${p.tally && resultView(p, p.tally, ballot)}</section>`;
};

const formView = (p, answer) => {
  const { picks = [], write_in, probability, by = "" } = answer;
  const one = isOne(p), chance = p.answer === "probability";
  const mine = write_in ? [...picks, ""] : one ? [picks.join()] : picks;
  const now = document.querySelectorAll(`#poll-${p.id} [name=pick]:checked`).length;
  const said = (document.querySelector(`#poll-${p.id} .number input`) || { value: probability }).value;
  const row = (name, type, mine) => ({ id, label }) => html`<label class="row${mine.includes(id) && " mine"}" id="${p.id}-${name}-${id}">
    <input type="${type}" name="${name}" value="${id}"${mine.includes(id) && html` checked`}><span dir="auto">${label}</span></label>`;
  return html`<form class="ballot${isTap(p) && " tap"}" method="post" action="/${code}/polls/${p.id}/ballot" autocomplete="off"><input type="hidden" name="via" value="${via}">
    <fieldset><legend><h2 dir="auto">${p.question}</h2></legend>
    ${chance ? html`<p class="hint">How likely is it?</p><input type="range" class="slider" aria-label="Probability in percent" value="${probability}"><label class="number">
      <input type="number" name="probability" min="0" max="100" inputmode="numeric" required aria-label="Probability in percent" value="${probability}"> % </label>
      <output>${said && ["Very unlikely", "Unlikely", "About even", "Likely", "Very likely"][Math.min(4, Math.floor(said / 20))]}</output>`
    : html`<p class="hint">${one || !now ? "Choose" : now + " chosen,"} ${range(p)}</p>${[
      ...p.options,
      ...isVerdict(p) ? [{ id: "0,1", label: "Both yes and no" }] : [],
      ...p.write_in ? [{ id: "", label: "Something else…" }] : [],
    ].map(row("pick", one ? "radio" : "checkbox", mine))}`}
    ${p.write_in && html`<p class="own"><input name="write_in" maxlength="120" dir="auto" placeholder="Your own answer" aria-label="Your own answer" value="${write_in}"></p>`}</fieldset>
    ${p.horizons[0] && html`<fieldset><legend>By when?</legend>${[...p.horizons, { id: "", label: "No date" }].map(row("by", "radio", [by]))}</fieldset>`}
    <button class="send">${answerOf(p) ? "Send change" : "Send"}</button></form>`;
};

const resultView = (p, t, { answer = {}, brier }) => {
  const { picks = [], write_in, probability, by } = answer;
  const f = t.forecast, mine = isVerdict(p) && picks[1] ? [2] : picks;
  const bars = (rows, isMine) => html`<ul class="bars">${rows.map((row) => html`<li${isMine(row) && html` class="mine"`}>
    <span dir="auto">${row.label}</span> <b>${row.percent} %</b> ${row.count}<progress max="100" value="${row.percent}" aria-hidden="true"></progress>
    ${row.before > 0 && html`<small>${row.before} voted before this option existed</small>`}</li>`)}</ul>`;
  return html`<div class="result"><p><b>${plural(t.voters, "person", "people")}</b> voted${p.max > 1 && !f && `, ${plural(t.picks, "pick", "picks")}`}${t.final ? "." : "; not final yet."}</p>
    ${bars(t.options, (row) => mine.includes(row.id) || (row.write_in && row.label === write_in))}
    ${t.combos[0] && html`<h3>Chosen together</h3><ul>${t.combos.map((c) => html`<li dir="auto">${c.label}: ${c.count}</li>`)}</ul>`}
    ${f && f.mean != null && html`<p>Mean ${f.mean} %, median ${f.median} %</p>`}
    ${f && !isVerdict(p) && bars(f.histogram.map((count, i) => ({ i, count, label: `${i * 10} % and up`, percent: Math.round(count * 1000 / (t.voters || 1)) / 10 })),
      (row) => Math.min(9, Math.floor(probability / 10)) === row.i)}
    ${f && f.by[0] && html`<h3>By when</h3>${bars(f.by, (row) => row.id === by)}`}
    ${p.resolution && html`<p class="outcome" dir="auto">${{ yes: "It happened.", no: "It did not happen.", annulled: "Annulled: nobody is scored." }[p.resolution.outcome]} ${p.resolution.note}</p>`}
    ${f && f.score && html`<p>Brier score: crowd ${f.score.crowd_brier.toFixed(2)}${brier != null && `, you ${brier.toFixed(2)}`}. It is the squared distance from forecast to outcome: 0 is perfect, 0.25 a coin toss, 1 sure and wrong.</p>`}</div>`;
};
