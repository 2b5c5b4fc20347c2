// Pictures, videos, sounds and files of a message. A medium is known by its path, so signing its address anew changes nothing on screen.

import { el, fileNameOf, icon, isolated, pathOf, readableSize, safeUrl } from "./dom.js";

const VIDEO = /\.(mp4|webm|mov|m4v)$/i;
const PICTURE = /\.(png|jpe?g|gif|webp|avif|svg)$/i;
const SOUND = /\.(mp3|ogg|wav|m4a|flac)$/i;

/** Tell what a medium is from its content type, or from its name where none is given. */
export function kindOf({ content_type: type = "", url = "", filename }) {
  const name = filename ?? fileNameOf(url);
  if (type?.startsWith("video/") || (!type && VIDEO.test(name))) return "video";
  if (type?.startsWith("image/") || (!type && PICTURE.test(name))) return "image";
  if (type?.startsWith("audio/") || (!type && SOUND.test(name))) return "audio";
  return "file";
}

/** Show one medium in full: {url, content_type?, filename?, description?, width?, height?, size?, spoiler?}. */
export function showMedium(medium) {
  const kind = kindOf(medium);
  const url = safeUrl(medium.url);
  if (kind === "file" || !url) return showFile(medium);
  const name = medium.filename ?? fileNameOf(url);
  const label = medium.description || name;
  const shown = kind === "image" ? picture(url, label) : player(kind, url, label);
  const key = `${kind}:${pathOf(url)}`;
  shown.dataset.key = key;
  const inner =
    kind === "image"
      ? el("a", { class: "zoom", href: url, target: "_blank", rel: "noopener noreferrer", data: { zoom: true } }, shown)
      : shown;
  const frame = el(
    "div",
    { class: `medium medium-${kind}`, data: { frame: key, covered: Boolean(medium.spoiler) } },
    inner,
    brokenNote(kind, name),
  );
  if (medium.spoiler) frame.append(spoilerCover(kind));
  if (medium.width && medium.height) frame.style.setProperty("--ratio", `${medium.width} / ${medium.height}`);
  return frame;
}

function picture(url, label) {
  return el("img", { src: url, alt: label, title: label, loading: "eager", decoding: "async" });
}

function player(kind, url, label) {
  const video = kind === "video";
  return el(kind, {
    src: url,
    controls: true,
    preload: "metadata",
    playsinline: video,
    "aria-label": label,
    title: label,
    data: { testid: kind },
  });
}

function brokenNote(kind, name) {
  const words = { video: "This video", image: "This image", audio: "This audio" }[kind];
  return el(
    "p",
    { class: "broken-note" },
    icon("warn"),
    el("span", {}, `${words} couldn't be loaded and may be gone: `, isolated(name)),
  );
}

function spoilerCover(kind) {
  return el(
    "button",
    { type: "button", class: "spoiler-cover", "aria-label": `Spoiler: show the ${kind}`, data: { reveal: true } },
    el("span", {}, "Spoiler"),
  );
}

/** Show a file as a card with its name, size and a way to get it. */
export function showFile({ url: address, filename, name, size, spoiler, description }) {
  const url = safeUrl(address);
  const title = name ?? filename ?? fileNameOf(address ?? "file");
  const link = url
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", download: title }, isolated(title))
    : isolated(title);
  const note = [readableSize(size), spoiler ? "spoiler" : ""].filter(Boolean).join(" · ");
  const words = el(
    "span",
    { class: "file-words" },
    el("span", { class: "file-name" }, link),
    note && el("span", { class: "file-size" }, note),
  );
  const frame = { frame: `file:${pathOf(address ?? title)}`, covered: Boolean(spoiler) };
  const cover = spoiler ? spoilerCover("file") : null;
  return el("div", { class: "file-card", title: description, data: frame }, icon("file"), words, cover);
}

/** Say so in words when a medium below `root` does not load; one whose address was signed anew meanwhile is tried once more. */
export function watchMedia(root) {
  root.addEventListener(
    "error",
    (event) => {
      const frame = event.target.closest?.(".medium");
      if (!frame) return;
      const fresh = event.target.dataset.fresh;
      if (fresh && fresh !== event.target.getAttribute("src")) retry(event.target, fresh);
      else frame.dataset.broken = "";
    },
    true,
  );
  for (const type of ["load", "loadeddata"]) {
    root.addEventListener(type, (event) => event.target.closest?.(".medium")?.removeAttribute("data-broken"), true);
  }
}

function retry(medium, address) {
  const at = medium.currentTime;
  const going = medium.paused === false;
  medium.setAttribute("src", address);
  if (at) medium.currentTime = at;
  if (going) medium.play().catch(() => {});
}
