// @ts-check
// What can be done with an input: a link to it, sending it to the host, and, as the host, showing it to everyone.

import { h, say, show } from "../stage/dom.js";
import { isShareable, pathOf, setTexts } from "./link.js";
import { defaults, typed } from "./edit.js";

/**
 * @param {HTMLElement} main
 * @param {{code: string, step: string, shownToAll: () => void}} page
 */
export function makeGive(main, { code, step, shownToAll }) {
  const share = /** @type {HTMLInputElement|null} */ (main.querySelector("#share"));
  const row = /** @type {HTMLElement|null} */ (share?.closest("p") ?? null);
  const forms = /** @type {HTMLFormElement[]} */ ([...main.querySelectorAll("#to-all, #to-host")]);
  const given = /** @type {HTMLElement} */ (main.querySelector(".given"));
  const site = share?.value.split("/walk/")[0] || location.origin;
  let fault = main.querySelector("#fault:not([hidden])") !== null;

  function update() {
    const [now, usual] = [typed(main), defaults(main)];
    const shareable = isShareable(now, usual);
    if (share) share.value = `${site}${pathOf(code, step, now, usual)}`;
    if (row) show(row, shareable);
    for (const form of forms) show(form, shareable && !fault);
    say(given, shareable ? "" : "This input is too large for a link, so it cannot be shared or sent; it is on this page alone. Rounded, it may fit.");
  }

  if (share && row) {
    const copy = h("button", { type: "button" }, "Copy the link");
    row.append(" ", copy);
    share.addEventListener("focus", () => share.select());
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(share.value);
        say(given, "The link is copied.");
      } catch {
        // Without a secure line there is no clipboard for pages.
        share.focus();
        share.select();
        say(given, "The link is selected; copy it now.");
      }
    });
  }

  for (const form of forms) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      if (button?.getAttribute("aria-disabled") === "true") return;
      button?.setAttribute("aria-disabled", "true");
      const body = new URLSearchParams(setTexts(typed(main), defaults(main)));
      const name = /** @type {HTMLInputElement|null} */ (form.querySelector("[name=_name]"));
      if (name) body.set("_name", name.value.trim());
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
        const all = form.id === "to-all";
        if (answer.ok) {
          say(given, all ? "Everyone sees this now." : "The host has it, and may show it to everyone.");
          if (all) shownToAll();
        } else {
          say(given, (await answer.json()).detail ?? "That did not work. Try again in a moment.");
        }
      } catch {
        say(given, "There is no connection just now. Try again in a moment.");
      }
      button?.removeAttribute("aria-disabled");
    });
  }

  return {
    update,
    /** @param {boolean} now Whether the input has a fault, so that nobody could be shown it. */
    tellFault(now) {
      fault = now;
      update();
    },
  };
}
