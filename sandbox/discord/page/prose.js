// Markdown nodes made visible. `world` resolves the names behind ids and tells the time.

import { el, isolated } from "./dom.js";
import { link, placeOf } from "./links.js";
import { sayTime } from "./clock.js";
import { parseMarkdown } from "./markdown.js";

/** Show a text written in Discord's markdown. */
export function prose(text, world) {
  return el(
    "div",
    { class: "prose", dir: "auto" },
    parseMarkdown(text).map((block) => showBlock(block, world)),
  );
}

/** Give a text's words without its markup, for announcements and excerpts. */
export function plainText(text, world) {
  const blocks = parseMarkdown(text).map((block) => showBlock(block, world).textContent);
  return blocks.join(" ").replace(/\s+/g, " ").trim();
}

function showBlock(block, world) {
  switch (block.kind) {
    case "code":
      return el("pre", { dir: "auto" }, el("code", {}, block.text));
    case "quote":
      return el(
        "blockquote",
        {},
        block.blocks.map((inner) => showBlock(inner, world)),
      );
    case "heading":
      return el(
        "div",
        { class: `heading heading-${block.level}`, role: "heading", "aria-level": block.level + 3, dir: "auto" },
        showAll(block.children, world),
      );
    case "subtext":
      return el("p", { class: "subtext", dir: "auto" }, showAll(block.children, world));
    case "list":
      return showList(block, world);
    default:
      return el("p", { dir: "auto" }, showAll(block.children, world));
  }
}

function showList(list, world) {
  const items = list.items.map((item) =>
    el("li", {}, showAll(item.children, world), item.below && showList(item.below, world)),
  );
  return list.ordered ? el("ol", { start: list.start }, items) : el("ul", {}, items);
}

function showAll(nodes, world) {
  return nodes.map((node) => showNode(node, world));
}

function showNode(node, world) {
  switch (node.kind) {
    case "text":
      return node.text;
    case "code":
      return el("code", { class: "inline-code" }, node.text);
    case "time":
      return showTime(node, world);
    case "user":
      return el("span", { class: "mention" }, isolated(`@${world.memberName(node.id)}`));
    case "role":
      return el("span", { class: "mention" }, "@role");
    case "everyone":
      return el("span", { class: "mention" }, node.text);
    case "channel":
      return el("span", { class: "mention" }, isolated(`#${world.channelName(node.id)}`));
    case "command":
      return el(
        "button",
        { type: "button", class: "mention mention-command", data: { command: node.name } },
        `/${node.name}`,
      );
    case "link":
      return showLink(node, world);
    case "spoiler":
      return showSpoiler(node, world);
    default:
      return el(node.kind, {}, showAll(node.children, world));
  }
}

function showTime(node, world) {
  const exact = sayTime(node.moment, "F", 0);
  const machine = exact === "Invalid date" ? null : new Date(node.moment * 1000).toISOString();
  const words = sayTime(node.moment, node.style, world.clock.now());
  return el(
    "time",
    { class: "timestamp", datetime: machine, title: exact, data: { moment: node.moment, style: node.style } },
    words,
  );
}

function showLink(node, world) {
  const place = node.masked ? null : placeOf(node.url);
  if (place)
    return link(
      node.url,
      { class: "mention", title: node.url },
      isolated(`#${world.channelName(place.channel)}${place.message ? " › message" : ""}`),
    );
  const words = showAll(node.children, world);
  return link(node.url, { title: node.masked ? node.url : null }, words) ?? el("span", {}, words);
}

function showSpoiler(node, world) {
  const inner = el("span", { class: "spoiler-text" }, showAll(node.children, world));
  return el(
    "span",
    {
      class: "spoiler",
      role: "button",
      tabindex: "0",
      "aria-label": "Spoiler, press to show",
      data: { spoiler: true },
    },
    inner,
  );
}
