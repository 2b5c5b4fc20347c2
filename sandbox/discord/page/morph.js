// Changes a shown tree into a fresh one with as few touches as possible: what goes on playing is never taken off the
// page, and what has the keyboard keeps it.

// What the reader did to the page outlives a re-render.
const STICKY = new Set(["data-revealed", "data-broken", "data-fresh"]);
const COVERING = new Set(["role", "tabindex", "aria-label"]);

/** Make `shown` look like `fresh`; gives back the node that now stands in the page. */
export function morph(shown, fresh) {
  if (!alike(shown, fresh)) {
    shown.replaceWith(fresh);
    return fresh;
  }
  if (shown.nodeType === Node.TEXT_NODE) {
    if (shown.data !== fresh.data) shown.data = fresh.data;
    return shown;
  }
  matchAttributes(shown, fresh);
  matchChildren(shown, fresh);
  return shown;
}

function alike(one, other) {
  if (one.nodeType !== other.nodeType || one.nodeName !== other.nodeName) return false;
  if (one.nodeType !== Node.ELEMENT_NODE) return true;
  return (
    one.classList[0] === other.classList[0] &&
    one.dataset?.key === other.dataset?.key &&
    one.dataset?.frame === other.dataset?.frame
  );
}

function matchAttributes(shown, fresh) {
  const keepsSource = shown instanceof HTMLElement && shown.dataset.key !== undefined;
  for (const { name } of [...shown.attributes]) {
    if (!fresh.hasAttribute(name) && !STICKY.has(name) && name !== "style") shown.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name === "style" || shown.getAttribute(name) === value) continue;
    if (COVERING.has(name) && shown.dataset?.revealed !== undefined) continue;
    if (name === "src" && keepsSource) keepSource(shown, value);
    else shown.setAttribute(name, value);
  }
  // The page's security policy forbids style attributes, not style objects.
  if (shown.style && shown.style.cssText !== fresh.style.cssText) shown.style.cssText = fresh.style.cssText;
}

function keepSource(medium, address) {
  medium.dataset.fresh = address;
  const frame = medium.closest(".medium");
  if (frame?.dataset.broken === undefined) return;
  frame.removeAttribute("data-broken");
  medium.setAttribute("src", address);
}

function matchChildren(shown, fresh) {
  const wanted = [...fresh.childNodes];
  const needed = wanted.map(keysIn);
  let cursor = shown.firstChild;
  wanted.forEach((child, index) => {
    const later = new Set(needed.slice(index + 1).flat());
    const match = find(cursor, child, later);
    if (!match) {
      shown.insertBefore(child, cursor);
      return;
    }
    while (cursor !== match) cursor = remove(cursor);
    cursor = morph(match, child).nextSibling;
  });
  while (cursor) cursor = remove(cursor);
}

// The first like sibling from here on, unless reaching it would drop a medium that is still needed further down.
function find(from, child, later) {
  for (let node = from; node; node = node.nextSibling) {
    const here = keysIn(node);
    const fits = alike(node, child) && !here.some((key) => later.has(key) && !keysIn(child).includes(key));
    if (fits) return node;
    if (here.some((key) => later.has(key))) return null;
  }
  return null;
}

function keysIn(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const below = [...node.querySelectorAll("[data-key]")].map((medium) => medium.dataset.key);
  return node.dataset?.key === undefined ? below : [node.dataset.key, ...below];
}

function remove(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
