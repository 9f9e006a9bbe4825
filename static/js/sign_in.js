// @ts-check
// The one-time link has its token behind #, which browsers keep to themselves. It is taken out of the address
// before anything else, so that neither history nor a shared screen shows it.

function signIn() {
  const token = location.hash.slice(1);
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  const field = /** @type {HTMLInputElement} */ (document.getElementById("token"));
  field.value = token;
  /** @type {HTMLFormElement} */ (document.getElementById("sign-in")).submit();
}

// A link pasted while this page is open changes the part behind # only.
addEventListener("hashchange", signIn);
signIn();
