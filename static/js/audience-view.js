// What the audience page looks like: from what is known to elements, and from elements to the page.
// The same markup as the server draws, so that the first painting changes nothing that one can see.
// Inlined before audience.js, inside the same function. Text only ever becomes text nodes.

/** An element. What is absent leaves an empty text node, so that every part keeps its place. */
function h(name, attributes, ...children) {
  const [tag, kind] = name.split(".");
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  // Whatever holds words may hold a voter's or host's words, in any script.
  if (/^(h\d|p|li|span|a)$/.test(tag)) element.dir = "auto";
  for (const key in attributes) {
    if (attributes[key] != null && attributes[key] !== false) element.setAttribute(key, attributes[key]);
  }
  for (const child of children.flat(2)) element.append(child || child === 0 ? child : "");
  return element;
}

/** Makes `old` like `next` place by place, so that focus, typed text and a held slider stay. */
function morph(old, next) {
  if (old.nodeName !== next.nodeName || old.id !== next.id) return old.replaceWith(next);
  if (!old.attributes) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  old.checked = next.checked;
  if (old.value !== next.value && old !== document.activeElement) old.value = next.value;
  const children = [...next.childNodes];
  children.forEach((child, i) => old.childNodes[i] ? morph(old.childNodes[i], child) : old.append(child));
  while (old.childNodes[children.length]) old.lastChild.remove();
}

const headView = ({ title, blurb, state, agenda, current }) => {
  const now = state === "live" && agenda.find((segment) => segment.id === current);
  const kinds = { talk: "Talk", polls: "Polls", qa: "Questions", demo: "Demo", break: "Break" };
  return h("header", { id: "head" },
    h("p", { class: "tag " + state }, { draft: "Starts soon", live: "Live", ended: "Ended" }[state]),
    h("h1", {}, title),
    state !== "live" && h("p.lead", {}, state === "ended"
      ? "This session has ended. Thank you for taking part! Results that were shown stay here."
      : "You are in the right place. This page changes by itself when the session starts."),
    state === "draft" && blurb && h("p.blurb", {}, blurb),
    now && h("section.now", {},
      h("p.tag", {}, "Now: ", kinds[now.kind]),
      h("h2", {}, now.title),
      now.speaker && h("p.by", {}, now.speaker),
      now.blurb && h("p.blurb", {}, now.blurb),
      h("ul", {}, now.links.map((link) =>
        h("li", {}, h("a", { href: link.url, target: "_blank", rel: "noopener" }, link.label))))));
};

const pollView = (p) => {
  const open = mayVote(p), ballot = ballotOf(p) || {}, answer = answerOf(p), bad = notes[p.id];
  const path = `/${code}/polls/${p.id}/`;
  const fresh = open ? freshOf(p).map((option) => `“${option.label}”`) : [];
  return h("section.poll", { id: "poll-" + p.id },
    h("p.tag", {}, stateWords(p)),
    open ? formView(p, path) : h("h2", {}, p.question),
    fresh.length > 0 && h("p.news", {}, fresh.join(", "), fresh.length > 1 ? " were" : " was", " added after you voted. ",
      h("button.change", { type: "button" }, "Change"), h("button.stay", { type: "button" }, "Keep my vote")),
    h("div", {}, (ballot.moved || []).map((move) => h("p.news", {}, `“${move.from}” is now counted as ${move.into}`))),
    h("p", { class: bad ? "note bad" : "note" }, bad || noteWords(p, ballot, open)),
    open && answer && h("form", { method: "post", action: path + "withdraw" }, h("button.quiet", {}, "Withdraw my vote")),
    p.tally && resultView(p, p.tally, ballot));
};

const stateWords = (p) => {
  const left = Math.ceil(timeLeft(p) / 1000);
  if (p.phase === "closing") return left > 0 ? `You are watching with a delay: ${left} s left for you` : "Closed for you; waiting for viewers on a delay";
  if (p.phase === "open") return left === Infinity ? "Open" : left > 0 ? `Open, closes in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, 0)}` : "Closing";
  return p.revealed ? "Closed. This is the result." : "Closed. The result comes when the host reveals it.";
};

const noteWords = (p, { answer, labels = [] }, open) => {
  if (kept[p.id]) return live ? "Sending…" : `Kept on this device: will be sent when ${navigator.onLine ? "the server answers" : "you are back online"}.`;
  if (!answer) return "";
  return open ? `Counted ✓ ${labels.join(" + ")}. You can change it until the close.` : "You voted: " + labels.join(" + ");
};

const formView = (p, path) => {
  const draft = shown(p), tap = oneTap(p), sent = answerOf(p);
  const row = (name, type) => ({ id, label }) => {
    const checked = draft[name].includes(String(id));
    return h("label.row", { id: `${p.id}-${name}-${id}` },
      h("input", { type, name, value: id, checked: checked && "" }),
      h("span", {}, label),
      checked && tap && sent && h("em", {}, !same(toAnswer(draft), sent) ? "Enter to vote" : kept[p.id] ? "…" : "Counted ✓"));
  };
  return h("form", { class: `ballot${tap ? " tap" : ""}${draft.pick.includes("") ? " own" : ""}`, method: "post", action: path + "ballot", autocomplete: "off" },
    h("input", { type: "hidden", name: "via", value: via }),
    h("fieldset", {},
      h("legend", {}, h("h2", {}, p.question)),
      h("p.hint", {}, isChance(p) ? "How likely is it?" : draft.pick[0] && p.max > 1 && !isVerdict(p) ? `${draft.pick.length} chosen, ${range(p)}` : "Choose " + range(p)),
      isChance(p) ? chanceView(draft.probability[0]) : [
        ...p.options,
        isVerdict(p) && { id: "0,1", label: "Both yes and no" },
        p.write_in && { id: "", label: "Something else…" },
      ].filter(Boolean).map(row("pick", p.max === 1 || isVerdict(p) ? "radio" : "checkbox")),
      p.write_in && h("p.own", {}, h("input", { name: "write_in", maxlength: 120, dir: "auto", placeholder: "Your own answer", "aria-label": "Your own answer", value: draft.write_in }))),
    p.horizons.length > 0 && h("fieldset", {}, h("legend", {}, "By when?"),
      [...p.horizons, { id: "", label: "No date" }].map(row("by", "radio"))),
    h("button.send", {}, !sent ? "Send" : drafts[p.id] ? "Send change" : "Sent ✓"));
};

const chanceView = (value = "") => [
  h("input.slider", { type: "range", "aria-label": "Probability in percent", value: value || 50 }),
  h("label.number", {}, h("input", { type: "number", name: "probability", min: 0, max: 100, inputmode: "numeric", required: "", "aria-label": "Probability in percent", value }), " % ",
    h("output", {}, value === "" ? "" : ["Very unlikely", "Unlikely", "About even", "Likely", "Very likely"][Math.min(4, Math.floor(value / 20))])),
];

const barView = ({ label, count, percent, before }, mine) =>
  h("li", {}, h("span", {}, label), mine && h("em", {}, "Your pick"), h("b", {}, percent, " %"), " ", count,
    h("progress", { max: 100, value: percent, "aria-hidden": true }),
    before > 0 && h("small", {}, before, " voted before this option existed"));

const resultView = (p, t, { answer = {}, brier }) => {
  const { picks = [], write_in, probability, by } = answer;
  const mine = isVerdict(p) && picks[1] ? [2] : picks;
  const { mean, median, histogram, by: when = [], score } = t.forecast || {};
  const bars = (rows, isMine) => h("ul.bars", {}, rows.map((row) => barView(row, isMine(row))));
  const share = (count, i) => ({ i, count, label: `${i * 10} % and up`, percent: Math.round(count * 1000 / (t.voters || 1)) / 10 });
  return h("div.result", {},
    h("p", {}, h("b", {}, plural(t.voters, "person", "people")), " voted", p.max > 1 && !histogram && ", " + plural(t.picks, "pick", "picks"), t.final ? "." : "; not final yet."),
    bars(t.options, (row) => mine.includes(row.id) || (row.write_in && row.label === write_in)),
    t.combos[0] && [h("h3", {}, "Chosen together"), h("ul", {}, t.combos.map((combo) => h("li", {}, combo.label, ": ", combo.count)))],
    isChance(p) && [h("p", {}, mean != null && `Mean ${mean} %, median ${median} %`),
      bars(histogram.map(share), (row) => Math.min(9, Math.floor(probability / 10)) === row.i)],
    when[0] && [h("h3", {}, "By when"), bars(when, (row) => row.id === by)],
    p.resolution && h("p.outcome", {}, { yes: "It happened.", no: "It did not happen.", annulled: "Annulled: nobody is scored." }[p.resolution.outcome], " ", p.resolution.note),
    score && h("p", {}, "Brier score: crowd ", score.crowd_brier.toFixed(2), brier != null && ", you " + brier.toFixed(2),
      ". It is the squared distance from forecast to outcome: 0 is perfect, 0.25 a coin toss, 1 sure and wrong."));
};
