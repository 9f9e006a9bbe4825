// @ts-check
// A matrix as a grid of cells beside its text. The text is what counts: the grid is read from it and writes to it.

import { h, say, show } from "../stage/dom.js";
import { CELLS_MAX, moved, pasted, readCells, resized, valueOf, writeCells } from "./cells.js";

/** Puts a grid to a field of the form. @param {HTMLTextAreaElement} field */
export function makeGrid(field) {
  const most = { rows: Number(field.dataset.rows), columns: Number(field.dataset.columns) };
  const name = field.labels?.[0]?.textContent?.trim() ?? field.name;
  const toggle = h("button", { type: "button", "aria-expanded": "false" }, "As a grid");
  const why = h("p.quiet", { role: "status" });
  const draw = h("button", { type: "button", "aria-pressed": "false" }, "Draw");
  const brush = /** @type {HTMLInputElement} */ (h("input.walk-brush", { type: "number", step: "any", value: "1" }));
  const table = h("div.walk-cells", { role: "group", "aria-label": `${name}, as a grid` });
  const sizes = h("div.walk-tools");
  const tools = h("div.walk-tools", {}, draw, h("label", {}, "with ", brush));
  const box = h("div.walk-grid", { hidden: true }, table, sizes, tools);
  field.closest(".field")?.append(h("div.walk-tools", {}, toggle), why, box);
  /** @type {string[][]} */
  let rows = [];
  /** The cell that Tab leads to. @type {[number, number]} */
  let at = [0, 0];
  /** Whether the grid is asked for: it is put away while the text is no matrix, and comes back. */
  let wanted = false;
  /** What is painted while the pointer is down. @type {string|null} */
  let paint = null;

  const cell = (/** @type {number} */ i, /** @type {number} */ j) =>
    /** @type {HTMLInputElement|null} */ (table.querySelector(`[data-at="${i} ${j}"]`));
  /** @param {EventTarget|null} target @returns {[number, number]|null} */
  const placeOf = (target) => {
    const place = /** @type {HTMLElement|null} */ (target)?.dataset?.at?.split(" ").map(Number);
    return place ? [place[0], place[1]] : null;
  };
  const drawing = () => draw.getAttribute("aria-pressed") === "true";

  function write() {
    field.value = writeCells(rows, field.value.includes("\n"));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {HTMLInputElement} input @param {string} text */
  function look(input, text) {
    const value = valueOf(text);
    if (document.activeElement !== input || input.value === "") input.value = String(Number(value.toPrecision(12)));
    input.toggleAttribute("data-filled", value !== 0);
  }

  function paintAll() {
    const [down, across] = [rows.length, rows[0].length];
    at = [Math.min(at[0], down - 1), Math.min(at[1], across - 1)];
    if (table.childElementCount !== down * across || table.dataset.across !== String(across)) {
      table.dataset.across = String(across);
      table.style.setProperty("--across", String(across));
      table.replaceChildren(...rows.flatMap((row, i) => row.map((_, j) => h("input", {
        type: "number", step: "any", "data-at": `${i} ${j}`, "aria-label": `row ${i + 1}, column ${j + 1}`, tabindex: -1,
      }))));
    }
    rows.forEach((row, i) => row.forEach((text, j) => look(/** @type {HTMLInputElement} */ (cell(i, j)), text)));
    cell(...at)?.setAttribute("tabindex", "0");
    const button = (/** @type {string} */ words, /** @type {number} */ by, /** @type {number} */ to, /** @type {boolean} */ can) => {
      const one = h("button", { type: "button", "aria-disabled": !can && "true" }, words);
      one.addEventListener("click", () => can && resize(rows.length + by, rows[0].length + to));
      return one;
    };
    const held = [...sizes.children].indexOf(/** @type {Element} */ (document.activeElement));
    sizes.replaceChildren(
      ...(most.rows > 1 ? [button("Add row", 1, 0, down < most.rows && (down + 1) * across <= CELLS_MAX), button("Remove row", -1, 0, down > 1)] : []),
      ...(most.columns > 1 ? [button("Add column", 0, 1, across < most.columns && down * (across + 1) <= CELLS_MAX), button("Remove column", 0, -1, across > 1)] : []));
    if (held >= 0) /** @type {HTMLElement} */ (sizes.children[held])?.focus();
  }

  /** @param {number} down @param {number} across */
  function resize(down, across) {
    rows = resized(rows, down, across);
    paintAll();
    write();
  }

  /** Shows the text as a grid if that is asked for; a grid that it does not fit is put away, with the reason. */
  function read() {
    const found = wanted ? readCells(field.value) : null;
    const large = found !== null && found.length * found[0].length > CELLS_MAX;
    say(why, !wanted ? "" : !found ? "This text is no matrix that can be shown as a grid." : large ? "This matrix is too large for a grid; its text can be edited." : "");
    const open = found !== null && !large;
    if (open) {
      rows = found;
      paintAll();
    }
    show(box, open);
    toggle.setAttribute("aria-expanded", String(open));
    return open;
  }

  /** @param {number} i @param {number} j @param {string} text */
  function put(i, j, text) {
    if (rows[i][j] === text) return;
    rows[i][j] = text;
    const input = cell(i, j);
    if (input) {
      if (drawing()) input.value = text;
      look(input, text);
    }
    write();
  }

  toggle.addEventListener("click", () => {
    wanted = Boolean(box.hidden);
    if (read()) cell(...at)?.focus();
  });
  for (const type of ["input", "filled"]) {
    field.addEventListener(type, (event) => {
      // What the grid itself wrote is in it already.
      if (wanted && !(event.type === "input" && box.contains(document.activeElement))) read();
    });
  }

  table.addEventListener("input", (event) => {
    const place = placeOf(event.target);
    const text = /** @type {HTMLInputElement} */ (event.target).value;
    event.stopPropagation();
    // A cell that is being typed in may be no number for a moment.
    if (place && !Number.isNaN(valueOf(text))) put(place[0], place[1], text.trim());
  });
  table.addEventListener("focusout", () => rows.length && rows.forEach((row, i) => row.forEach((text, j) => {
    const input = cell(i, j);
    if (input && input.value === "") input.value = String(valueOf(text));
  })));
  table.addEventListener("focusin", (event) => {
    const place = placeOf(event.target);
    if (!place) return;
    cell(...at)?.setAttribute("tabindex", "-1");
    at = place;
    cell(...at)?.setAttribute("tabindex", "0");
    if (!drawing()) /** @type {HTMLInputElement} */ (event.target).select();
  });
  table.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    if (drawing() && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      return put(place[0], place[1], other(place));
    }
    const to = moved(event.key, place, [rows.length, rows[0].length]);
    if (!to) return;
    event.preventDefault();
    cell(...to)?.focus();
  });
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    const { rows: found, cell: number } = pasted(text);
    // A field for numbers makes another number of a text than it says, so nothing is left to it but what is one.
    if (text.trim() === "" || number !== undefined) return;
    event.preventDefault();
    if (!found && !/[\s;]/.test(text.trim())) {
      say(why, `“${text.trim().slice(0, 24)}” was not put in: write a number as 1.5, with a point and nothing between its digits.`);
      return;
    }
    // The whole matrix, as it would be in the text; what is written in another way is read there, or refused with the reason.
    field.value = found ? writeCells(found, true) : text.replace(/^\ufeff/, "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (!read()) field.focus();
  });
  // A number that is selected would be carried into another cell.
  table.addEventListener("dragstart", (event) => event.preventDefault());

  /** What a stroke that begins here paints: the brush's value, or 0 where it stands already. @param {[number, number]} place */
  function other([i, j]) {
    const value = String(Number.isFinite(brush.valueAsNumber) ? brush.valueAsNumber : 1);
    return valueOf(rows[i][j]) === Number(value) ? "0" : value;
  }

  draw.addEventListener("click", () => {
    draw.setAttribute("aria-pressed", String(!drawing()));
    table.toggleAttribute("data-drawing", drawing());
  });
  table.addEventListener("pointerdown", (event) => {
    const place = placeOf(event.target);
    if (!drawing() || !place) return;
    event.preventDefault();
    paint = other(place);
    table.setPointerCapture(event.pointerId);
    put(place[0], place[1], paint);
  });
  table.addEventListener("pointermove", (event) => {
    const place = paint !== null && placeOf(document.elementFromPoint(event.clientX, event.clientY));
    if (place && paint !== null) put(place[0], place[1], paint);
  });
  for (const type of ["pointerup", "pointercancel"]) table.addEventListener(type, () => { paint = null; });
}
