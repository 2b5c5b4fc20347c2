// One message of the list, from Discord's message object to what the member sees.

import { el, icon, isolated } from "./dom.js";
import { sayWhen } from "./clock.js";
import { showClassic } from "./classic.js";
import { showComponents } from "./components.js";
import { ON_MEMBER, ON_MESSAGE, hasMenu } from "./menus.js";
import { plainText } from "./prose.js";

const COMPONENTS_V2 = 1 << 15;
const ORDINARY = new Set([0, 19, 20, 23, undefined]);
const MAKES_GROUP = 7 * 60_000; // milliseconds within which one author's messages share a heading

/** Tell whether a message goes on under its predecessor's heading. */
export function continues(message, before) {
  if (
    !before ||
    message.used ||
    message.interaction_metadata ||
    message.message_reference ||
    !ORDINARY.has(message.type)
  )
    return false;
  if (before.ephemeral || message.ephemeral || !ORDINARY.has(before.type) || before.author?.id !== message.author?.id)
    return false;
  return new Date(message.timestamp) - new Date(before.timestamp) < MAKES_GROUP;
}

/** Show a message. `context` is {world, grouped, pending(customId)}. */
export function showMessage(message, context) {
  const { world, grouped } = context;
  const system = !ORDINARY.has(message.type);
  const classes = [
    "message",
    grouped && "message-grouped",
    message.mine_ping && "message-ping",
    message.ephemeral && "message-ephemeral",
    system && "message-system",
    message.error && "message-error",
  ];
  const data = {
    testid: "message",
    messageId: message.id,
    ephemeral: message.ephemeral ? "true" : "false",
    loading: message.loading ? "true" : "false",
    ping: message.mine_ping ? "true" : null,
  };
  return el(
    "li",
    { class: classes.filter(Boolean).join(" "), data },
    above(message, world),
    grouped ? el("span", { class: "gutter" }) : avatar(message.author, system, world),
    el(
      "div",
      { class: "message-body" },
      grouped || system ? null : heading(message, world),
      content(message, context),
      message.edited_timestamp && !message.loading
        ? el("span", { class: "edited", title: sayWhen(message.edited_timestamp, world.clock.now()) }, "(edited)")
        : null,
      message.ephemeral ? onlyYou(message) : null,
    ),
    menu(message, world),
  );
}

// What only one member sees has no menu of apps, and what is still to come has nothing in it.
function menu(message, world) {
  if (message.ephemeral || message.local || message.loading || message.sending || !hasMenu(world, ON_MESSAGE))
    return null;
  const about = { type: "button", class: "icon-button message-menu", title: "Apps", "aria-label": "Apps" };
  return el("button", { ...about, data: { menu: true } }, icon("more"));
}

/** Give a message's words in one line, for the screen reader and for replies that refer to it. */
export function wordsOf(message, world) {
  if (message.loading) return `${message.author?.username ?? "The bot"} is thinking…`;
  const texts = [];
  if (message.content) texts.push(plainText(message.content, world));
  collectTexts(message.components, texts, world);
  for (const embed of message.embeds ?? []) texts.push([embed.title, embed.description].filter(Boolean).join(": "));
  if (message.attachments?.length) texts.push(message.attachments.map((file) => file.filename).join(", "));
  return texts.join(" ").trim() || "a message without text";
}

function collectTexts(components, texts, world) {
  for (const component of components ?? []) {
    if (component.type === 10) texts.push(plainText(component.content ?? "", world));
    collectTexts(component.components, texts, world);
  }
}

function above(message, world) {
  if (message.used) {
    const member = world.members.get(message.used.member);
    return el(
      "div",
      { class: "message-above" },
      el("span", { class: "spine" }),
      smallAvatar(member),
      el("strong", {}, withMenu(isolated(member?.name ?? "Someone"), member?.id, world)),
      " used ",
      el("span", { class: "command-chip" }, message.used.command),
    );
  }
  if (!message.message_reference) return null;
  const source = message.referenced_message ?? world.findMessage(message.message_reference.message_id);
  const spine = el("span", { class: "spine" });
  if (!source) return el("div", { class: "message-above" }, spine, el("em", {}, "Original message was deleted"));
  return el(
    "div",
    { class: "message-above" },
    spine,
    el(
      "button",
      { type: "button", class: "reference", data: { jump: source.id } },
      el("strong", {}, isolated(authorName(source.author, world))),
      " ",
      el("span", { class: "excerpt", dir: "auto" }, wordsOf(source, world).slice(0, 120)),
    ),
  );
}

function authorName(author, world) {
  return world.members.get(author?.id)?.name ?? author?.global_name ?? author?.username ?? "Unknown";
}

function heading(message, world) {
  const words = isolated(authorName(message.author, world));
  const shown = message.author?.bot
    ? el("button", { type: "button", data: { profile: true } }, words)
    : withMenu(words, message.author?.id, world);
  const name = el("h3", { class: "author" }, shown);
  const colour = world.members.get(message.author?.id)?.color;
  if (colour) name.style.setProperty("--member", colourOf(colour));
  return el(
    "div",
    { class: "message-heading" },
    name,
    message.author?.bot && el("span", { class: "app-badge" }, "App"),
    el("time", { class: "message-time", datetime: message.timestamp }, sayWhen(message.timestamp, world.clock.now())),
  );
}

// A member's name opens their menu, where the app has anything to offer there.
function withMenu(words, id, world) {
  if (!world.members.has(id) || !hasMenu(world, ON_MEMBER)) return words;
  return el("button", { type: "button", title: "Apps", data: { member: id } }, words);
}

/** Give a member's colour as CSS: the server sends a number or a CSS colour. */
export function colourOf(colour) {
  if (typeof colour === "number") return `#${colour.toString(16).padStart(6, "0")}`;
  return colour ?? "";
}

/** Show a member's or the bot's picture: their first letter, or the reel. */
export function avatar(author, system, world) {
  if (system) return el("span", { class: "avatar avatar-system", "aria-hidden": "true" }, icon("arrow"));
  if (author?.bot)
    return el("span", { class: "avatar avatar-bot", "aria-hidden": "true", data: { profile: true } }, icon("reel"));
  return memberAvatar(world.members.get(author?.id) ?? { name: author?.username ?? "?" }, "avatar");
}

/** Show a member's first letter on their colour. */
export function memberAvatar(member, className) {
  const node = el("span", { class: className, "aria-hidden": "true" }, (member?.name ?? "?").slice(0, 1).toUpperCase());
  if (member?.color) node.style.setProperty("--member", colourOf(member.color));
  return node;
}

function smallAvatar(member) {
  return memberAvatar(member, "avatar-small");
}

function content(message, context) {
  if (message.sending) return el("p", { class: "thinking" }, dots(), el("span", {}, message.sending));
  if (message.loading)
    return el(
      "p",
      { class: "thinking" },
      dots(),
      el("span", {}, isolated(message.author?.username ?? "The bot"), " is thinking…"),
    );
  const v2 = ((message.flags ?? 0) & COMPONENTS_V2) !== 0;
  const classic = v2 ? [] : showClassic(message, context.world);
  return el("div", { class: "message-content" }, classic, showComponents(message.components, context));
}

function dots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}

function onlyYou(message) {
  const dismiss = el(
    "button",
    { type: "button", class: "text-button", data: { dismiss: message.id } },
    "Dismiss message",
  );
  return el(
    "p",
    { class: "only-you" },
    icon("eye"),
    el("span", {}, "Only you can see this"),
    el("span", { "aria-hidden": "true" }, "·"),
    dismiss,
  );
}
