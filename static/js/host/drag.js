// @ts-check
// Putting rows in order: by dragging a handle with mouse, pen or finger, and by the arrow keys on the same handle.
// Rows say what they are by `data-item` (segment, poll, option) and `data-id`; a handle stands inside its row.
// Menus offer the same moves by single presses.

/** Pointer movement below this is a press, no drag. */
const SLACK = 5;
/** So near the edge of what scrolls, it scrolls. */
const EDGE = 48;

/**
 * @typedef {{kind: string, id: string}} Item
 * @typedef {{before: string|null, segment?: string|null}} Place
 * @type {Record<string, {to: (id: string, place: Place) => unknown, by: (id: string, by: number) => unknown}>}
 */
const hands = {};

/**
 * What is done with rows of a kind. `to` puts one before another (null: last); `by` moves it one up or down.
 * @param {string} kind @param {(typeof hands)[string]} hand
 */
export function arranges(kind, hand) {
  hands[kind] = hand;
}

/** @param {Element} one @returns {DOMRect} */
const box = (one) => one.getBoundingClientRect();
/** @param {Element} row @param {number} y */
const isBelow = (row, y) => box(row).top + box(row).height / 2 > y;
/** @param {string} css @returns {HTMLElement[]} */
const all = (css) => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(css))].filter((one) => one.getClientRects().length > 0);

/** Where a row would go if it were let go at this height. @param {string} kind @param {HTMLElement} row @param {number} y */
function placeAt(kind, row, y) {
  if (kind !== "poll") {
    const others = all(`[data-item="${kind}"]`).filter((one) => one !== row);
    const next = others.find((one) => isBelow(one, y));
    return { place: { before: next?.dataset.id ?? null }, mark: next ?? others.at(-1), side: next ? "before" : "after" };
  }
  const homes = all("[data-polls-of]");
  const home = homes.find((one) => box(one).bottom >= y) ?? homes.at(-1);
  if (!home) return null;
  const others = [...home.querySelectorAll('[data-item="poll"]')].filter((one) => one !== row);
  const next = /** @type {HTMLElement|undefined} */ (others.find((one) => isBelow(one, y)));
  return {
    place: { before: next?.dataset.id ?? null, segment: home.dataset.pollsOf || null },
    mark: next ?? /** @type {HTMLElement} */ (others.at(-1) ?? home), side: next ? "before" : others.length ? "after" : "into",
  };
}

/** @type {{kind: string, row: HTMLElement, id: string, x: number, y: number, moved: boolean, mark?: HTMLElement, place?: Place}|null} */
let held = null;

/** @param {HTMLElement} [mark] @param {string} [side] */
function turnMark(mark, side) {
  if (held?.mark && held.mark !== mark) delete held.mark.dataset.drop;
  if (mark) mark.dataset.drop = side;
  if (held) held.mark = mark;
}

function letGo() {
  if (!held) return;
  turnMark();
  delete held.row.dataset.dragged;
  held = null;
}

/** @param {Element} row @param {number} y */
function scrollNear(row, y) {
  const scrolls = row.closest(".column") ?? document.scrollingElement;
  if (!scrolls) return;
  const isPage = scrolls === document.scrollingElement || getComputedStyle(scrolls).overflowY === "visible";
  const { top, bottom } = isPage ? { top: 0, bottom: innerHeight } : box(scrolls);
  const by = y < top + EDGE ? -12 : y > bottom - EDGE ? 12 : 0;
  if (by) (isPage ? document.scrollingElement : scrolls)?.scrollBy(0, by);
}

/** @param {Element} root */
export function listenForDrags(root) {
  root.addEventListener("pointerdown", (event) => {
    const { target, button, pointerId, clientX, clientY } = /** @type {PointerEvent} */ (event);
    const handle = /** @type {HTMLElement|null} */ (/** @type {Element} */ (target).closest(".handle"));
    const row = /** @type {HTMLElement|null} */ (handle?.closest("[data-item]"));
    if (!handle || !row || button !== 0) return;
    held = { kind: row.dataset.item ?? "", row, id: row.dataset.id ?? "", x: clientX, y: clientY, moved: false };
    handle.setPointerCapture(pointerId);
  });
  root.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { clientX, clientY } = /** @type {PointerEvent} */ (event);
    if (!held.moved && Math.hypot(clientX - held.x, clientY - held.y) < SLACK) return;
    held.moved = true;
    held.row.dataset.dragged = "";
    const found = placeAt(held.kind, held.row, clientY);
    if (found?.mark) turnMark(found.mark, found.side);
    held.place = found?.place;
    scrollNear(held.row, clientY);
  });
  root.addEventListener("pointerup", () => {
    const { moved = false, kind = "", id = "", place } = held ?? {};
    letGo();
    if (moved && place && place.before !== id) hands[kind]?.to(id, place);
  });
  for (const type of ["pointercancel", "lostpointercapture"]) root.addEventListener(type, letGo);
  root.addEventListener("keydown", (event) => {
    const { key, target } = /** @type {KeyboardEvent} */ (event);
    if (key === "Escape" && held) return void (event.stopPropagation(), letGo());
    const handle = /** @type {Element} */ (target).closest(".handle");
    const row = /** @type {HTMLElement|null} */ (handle?.closest("[data-item]"));
    const by = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 })[key];
    if (!row || !by) return;
    event.preventDefault();
    event.stopPropagation();
    hands[row.dataset.item ?? ""]?.by(row.dataset.id ?? "", by);
  });
}
