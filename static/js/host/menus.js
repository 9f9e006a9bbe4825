// @ts-check
// Menus are `<details class="more">`: they close when one presses elsewhere, on Escape, and after a choice,
// unless the choice is one to press again (`data-stay`).

const MENUS = "details.more[open]";

/** @param {HTMLDetailsElement} menu */
function close(menu) {
  const held = menu.contains(document.activeElement);
  menu.open = false;
  // What is closed away cannot keep the focus.
  if (held) menu.querySelector("summary")?.focus();
}

/** Closes every open menu. True if there was one. */
export function closeMenus() {
  const open = /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(MENUS));
  open.forEach(close);
  return open.length > 0;
}

export function listenForMenus() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    for (const menu of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(MENUS))) {
      const chosen = target.closest("button")?.matches(":not([data-stay])");
      if (!menu.contains(target) || chosen) close(menu);
    }
  });
}
