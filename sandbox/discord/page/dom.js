// Builds DOM nodes. What members and bots wrote only ever becomes text here, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `class`, `data` (object), `on` (object of listeners), other keys are attributes; false and null leave one out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) give(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function give(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "data") setData(node, value);
  else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function setData(node, data) {
  for (const [key, value] of Object.entries(data)) {
    if (value !== null && value !== undefined && value !== false)
      node.dataset[key] = value === true ? "" : String(value);
  }
}

/** Make a decorative icon out of path data drawn on a 24 pixel grid. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Give the address back when a browser may safely open it (http and https only), else null. */
export function safeUrl(address) {
  try {
    const url = new URL(address, location.origin);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** Give the path of an address without query or fragment: what stays the same when a signed URL is signed anew. */
export function pathOf(address) {
  try {
    const url = new URL(address, location.origin);
    return url.origin + url.pathname;
  } catch {
    return String(address);
  }
}

/** Give the last part of an address, decoded: the file's name. */
export function fileNameOf(address) {
  const last = pathOf(address).split("/").pop();
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Say a size in bytes the way people read it. */
export function readableSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Keep a foreign name's writing direction from spilling into its surroundings. */
export function isolated(text) {
  return el("bdi", {}, text);
}

const ICONS = {
  hash: "M9 3 7.5 21M16.5 3 15 21M4 8.5h17M3 15.5h17",
  at: "M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.7 7.3M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6 6 18",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  tune: "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4",
  file: "M6 3h8l4 4v14H6V3Zm8 0v4h4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm6.5 0a3 3 0 1 0 6 0 3 3 0 0 0-6 0Z",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  down: "M12 5v14M6 13l6 6 6-6",
  chevron: "M7 10l5 5 5-5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  open: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  download: "M12 4v11M7 10.5l5 5 5-5M4 20h16",
  image: "M4 5h16v14H4V5Zm0 11 5-5 4 4 3-3 4 4M15.5 9.5h.01",
  reel: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 3.2a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8Zm-4.2 5.6a1.9 1.9 0 1 1 0 .01M16.2 11.8a1.9 1.9 0 1 1 0 .01M12 15.2a1.7 1.7 0 1 1 0 .01",
  warn: "M12 4 2.5 20h19L12 4Zm0 6v4.5M12 17.3v.01",
  arrow: "M4 12h15M13 6l6 6-6 6",
};
